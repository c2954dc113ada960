/** Starts ffmpeg and reads what it says. */
import { spawnSync } from 'node:child_process'

/** @param {string} program @param {readonly string[]} args @returns {string} what it said @throws when it fails */
export function run(program, args) {
  const { status, stderr, error } = spawnSync('nice', ['-n', '5', program, '-nostdin', ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}\n${stderr.slice(-3000)}`)
  return stderr
}
