import { registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';

// For `node --import`: the optional package as if it were installed, from the folder beside the project.
const beside = pathToFileURL(`${process.env.TRANSFORMERS_FOLDER}/`).href;

registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, specifier === '@huggingface/transformers' ? { ...context, parentURL: beside } : context),
});
