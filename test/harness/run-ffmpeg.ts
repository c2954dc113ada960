/** Runs the real ffmpeg for the harness: bytes in, bytes out, its words kept. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { findFfmpeg } from '../../src/ffmpeg/find.ts'
import type { Ffmpeg } from '../../src/ffmpeg/types.ts'

/** The ffmpeg of the tests: `FFMPEG_PATH`, else the one on PATH. */
export function ffmpegPath(): string {
  return process.env['FFMPEG_PATH'] || 'ffmpeg'
}

let found: Promise<Ffmpeg> | undefined

/** The same one, and what it understands. */
export function foundFfmpeg(): Promise<Ffmpeg> {
  return (found ??= findFfmpeg({ confPath: '', env: process.env, sandbox: 'off' }))
}

export interface FfmpegRun {
  /** Empty where `onBytes` took it. */
  readonly stdout: Buffer
  readonly stderr: string
}

/**
 * Runs ffmpeg to its end.
 * @param args tokens; `-hide_banner -nostats -y` are put before them
 * @param options.input bytes for its stdin, in order; written as fast as it reads
 * @param options.onBytes takes stdout piece by piece instead of keeping it
 * @throws Error with the end of its stderr when it fails
 */
export async function runFfmpeg(
  args: readonly string[],
  options: { input?: Iterable<Uint8Array>; onBytes?: (bytes: Buffer) => void } = {},
): Promise<FfmpegRun> {
  const { input, onBytes } = options
  const child = spawn(ffmpegPath(), ['-hide_banner', '-nostats', '-y', ...args], {
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  })
  const kept: Buffer[] = []
  const said: Buffer[] = []
  child.stdout?.on('data', onBytes ?? ((bytes: Buffer) => kept.push(bytes)))
  child.stderr?.on('data', (bytes: Buffer) => said.push(bytes))
  const ended = once(child, 'close') as Promise<[number | null]>
  if (input && child.stdin) {
    const { stdin } = child
    // An ffmpeg that ends early closes its pipe; what matters then is its exit code.
    let broken = false
    stdin.on('error', () => (broken = true))
    for (const piece of input) {
      if (broken) break
      if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain').catch(() => undefined), ended])
    }
    stdin.end()
  }
  const [code] = await ended
  const stderr = Buffer.concat(said).toString('utf8')
  if (code !== 0) throw new Error(`ffmpeg ${args.join(' ')}\nended with ${code}:\n${stderr.slice(-2000)}`)
  return { stdout: Buffer.concat(kept), stderr }
}

/**
 * Cuts a stream of bytes into pieces of one size. A piece is only valid during its call.
 * @returns takes the bytes as they come
 */
export function inPieces(
  size: number,
  onPiece: (piece: Uint8Array, number: number) => void,
): (bytes: Buffer) => void {
  const piece = new Uint8Array(size)
  let filled = 0
  let number = 0
  return (bytes) => {
    let from = 0
    while (from < bytes.length) {
      const take = Math.min(size - filled, bytes.length - from)
      piece.set(bytes.subarray(from, from + take), filled)
      filled += take
      from += take
      if (filled < size) continue
      onPiece(piece, number++)
      filled = 0
    }
  }
}
