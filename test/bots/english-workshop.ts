/** A bot in English for questions: none of those that are shipped speaks it. Half of its answers begin with yes or no. */
export const englishWorkshop: Readonly<Record<string, string>> = {
  'bot.yaml': `polyphon: 1
name: Kestrel Cycles
languages: { default: en }
knowledge:
  docs: { use: files, with: { path: "docs/*.md" } }
channels: { web: { use: web-chat } }
`,
  'docs/about.md': `# About Kestrel Cycles

## Where is the workshop?

The workshop is at 12 Mill Lane, York YO1 7AA, behind the railway station.

## When are you open?

We are open Tuesday to Friday from 8 am to 6 pm and on Saturday from 9 am to 1 pm.
On Sunday and Monday we are closed.

## Who runs Kestrel Cycles?

Kestrel Cycles is run by Ana and Peter Marsh.

## How can I reach you?

Call 01904 555 0130 or write to hello@kestrel.example.

## Do you have a car park?

No, but you can park free of charge for an hour in Station Road.
`,
  'docs/repairs.md': `# Repairs

## How long does a service take?

A standard service takes three working days.

## What does a service cost?

A standard service costs £65, a full service £120.

## Do I need an appointment?

No, bring the bike in without an appointment; in April and May it is better to book at kestrel.example/book.

## Can you collect my bike?

Yes, we collect bikes inside York for £10.

## What if a part breaks again?

We replace parts that break within six months at our own cost.
`,
  'docs/hire.md': `# Hire

## Can I hire a bike?

Yes, city bikes cost £18 a day and e-bikes £32 a day.

## What do I need to hire a bike?

To hire a bike you need a photo ID and a deposit of £50.

## When must I return the bike?

Hire bikes must be back by 5.30 pm on the last day.
`,
  'docs/paying-and-jobs.md': `# Paying and jobs

## Can I pay later?

No, payment is due when you collect the bike, in cash or by card.

## Do you sell gift vouchers?

Yes, vouchers are available from £20 and are valid for two years.

## Are you looking for staff?

Yes, we are looking for a mechanic; applications go to jobs@kestrel.example with a CV.

## Do you train apprentices?

No, there are no apprenticeships at the moment.
`,
};
