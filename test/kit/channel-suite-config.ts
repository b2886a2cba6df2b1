import { pluginValidatorFor } from '../../core/config/validators.ts';
import { type ChannelPlatform, type ChannelSuiteOptions, expectThat } from './channel-suite-face.ts';

/** As the kernel hands it over: checked by the plugin's schema, with its defaults. */
export function configOf({ plugin, config }: ChannelSuiteOptions, platform: ChannelPlatform): unknown {
  const checked = structuredClone(config(platform));
  const [first] = pluginValidatorFor(plugin.schema)(checked).errors;
  expectThat(
    first === undefined,
    `\`config\` gives what the plugin's schema takes; ${first?.instancePath || 'the whole'} fails \`${first?.keyword}\` ${JSON.stringify(first?.params)}.`,
  );
  return Object.freeze(checked);
}
