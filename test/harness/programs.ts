/** Programs of this machine that some tests need: without them they are skipped. */
import { spawnSync } from 'node:child_process'

export const hasProgram = (name: string): boolean => spawnSync(name, ['--version']).status === 0
