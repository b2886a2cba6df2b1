/** A template that a platform has approved, and what goes into it. */
export interface OutboundTemplate {
  readonly name: string;
  readonly language: string;
  /** What goes into its text, in order. */
  readonly parameters: readonly string[];
  /** Their names, as many as there are, where the template names them; else it numbers them. */
  readonly parameterNames?: readonly string[];
  /** Where its heading needs something. */
  readonly header?: TemplateHeader;
  /** Of the buttons that need something. */
  readonly buttons?: readonly TemplateButton[];
  /**
   * Of what `outsideWindow` gives: all of the message is in the parameters. Without it the template only asks the person to write, and
   * the message itself goes out when they have.
   */
  readonly carriesMessage?: true;
}

/** `name`: of a text, that of its parameter, where the template names them; of a document, that of the file. */
export type TemplateHeader =
  | { readonly kind: 'text'; readonly text: string; readonly name?: string }
  | { readonly kind: 'image' | 'video' | 'document'; readonly url: string; readonly name?: string };

export interface TemplateButton {
  /** Its place among the template's buttons, from 0. */
  readonly index: number;
  /** `url`: how the address ends that it opens; `reply`: the id of the action that comes when it is pressed; `code`: what it copies. */
  readonly kind: 'url' | 'reply' | 'code';
  readonly value: string;
}
