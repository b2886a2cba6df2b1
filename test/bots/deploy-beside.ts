import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Deployment, deploy } from '../whole/deployment.ts';
import { botsDirectory } from './shipped-bots.ts';

/** Serves a copy of the shipped bots, and more beside them: texts by path below the bots folder, as in `workshop/bot.yaml`. */
export function deployBeside(files: Readonly<Record<string, string>>): Promise<Deployment> {
  return deploy({ files, prepare: (directory) => cp(botsDirectory, join(directory, 'bots'), { recursive: true }) });
}
