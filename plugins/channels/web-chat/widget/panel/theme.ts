import type { Theme } from './wire.ts';

type Rgb = readonly [number, number, number];
type Scheme = 'light' | 'dark';

/** The surface of panel.css (`--wash`) on which the accent is hardest to read. */
const surfaces: Readonly<Record<Scheme, Rgb>> = { light: [244, 245, 246], dark: [35, 37, 40] };
const defaultAccent = '#155e75';
/** WCAG 2.2, 1.4.3: text. */
const readable = 4.5;

/**
 * The custom properties that a bot's theme sets. A bot may choose any colour; what is drawn of it keeps the contrast that
 * text needs, in both schemes.
 */
export function themeProperties(theme: Theme): Readonly<Record<string, string>> {
  const accent = parseColor(theme.accent) ?? parseColor(defaultAccent) ?? [0, 0, 0];
  const properties: Record<string, string> = {};
  for (const scheme of ['light', 'dark'] as const) {
    const shown = towardsContrast(accent, surfaces[scheme]);
    properties[`--accent-${scheme}`] = hex(shown);
    properties[`--on-accent-${scheme}`] = contrast(shown, [255, 255, 255]) >= readable ? '#ffffff' : '#111111';
  }
  const radius = Number.parseFloat(String(theme.radius ?? ''));
  if (Number.isFinite(radius)) properties['--radius'] = `${Math.min(28, Math.max(0, radius))}px`;
  return properties;
}

/** Contrast ratio by WCAG 2: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export function parseColor(text: string | undefined): Rgb | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text ?? '')?.[1];
  if (digits === undefined) return undefined;
  const long = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const value = Number.parseInt(long, 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** Darker on a light surface, lighter on a dark one, in small steps until it can be read. */
function towardsContrast(color: Rgb, surface: Rgb): Rgb {
  const end = luminance(surface) > 0.5 ? 0 : 255;
  let shown = color;
  for (let step = 1; step <= 40 && contrast(shown, surface) < readable; step++) {
    shown = color.map((part) => Math.round(part + (end - part) * (step / 40))) as unknown as Rgb;
  }
  return shown;
}

function luminance(color: Rgb): number {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function hex(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
