/**
 * Checks whether an index inside a recording (Cues, sidx, mfra) is correct, by comparing the result of seeks with the
 * packets read from the recording's start.
 */
import { type CommandInput, asProbed, openArgs, seekArgs } from '../model/command.ts'
import { type Recording, videoOf } from '../model/room.ts'
import { countUpTo } from '../model/search.ts'
import { runFfmpeg } from './process.ts'
import { type Watching, takeText } from './run-watched.ts'
import { watchForStall } from './stall.ts'

/** A recording that is opened at a keyframe, in ms of file time. */
export interface Seek {
  readonly recording: Recording
  readonly keyMs: number
}

export interface SeekTrial extends Watching {
  /** A writable folder. */
  readonly folder: string
  readonly maxPixels: number
}

/** Seeks per ffmpeg run, whose startup costs more than a seek. */
const MOST_TOGETHER = 16
/** Maximum distance of packets from display order. */
const REORDERED = 16
/** Half a millisecond, because timestamps are rounded. */
const SAME_MS = 0.5
/** Packet flags, as written by the muxer `framecrc`: keyframe, and not shown. */
const KEY = 1
const DISCARD = 4

/**
 * Tries seeks, reading a few packets each, without decoding.
 * @returns recordings with a seek that gives a wrong result, fails, or cannot be tried
 */
export async function wrongSeeks(trial: SeekTrial, seeks: readonly Seek[]): Promise<ReadonlySet<Recording>> {
  const wrong = new Set<Recording>()
  for (let i = 0; i < seeks.length; i += MOST_TOGETHER) {
    const some = seeks.slice(i, i + MOST_TOGETHER).filter(({ recording }) => !wrong.has(recording))
    const { ok, brought } = await trySeeks(trial, some)
    for (const [at, seek] of some.entries()) {
      // One file that cannot be opened makes the whole run fail.
      const alone = ok || some.length === 1 ? brought[at] : (await trySeeks(trial, [seek])).brought[0]
      if (!isAsAsked(seek, alone)) wrong.add(seek.recording)
    }
  }
  return wrong
}

/** The first packets after each seek: presentation times in ms, ascending. */
async function trySeeks(
  { ffmpeg, stallMs, folder, maxPixels, signal }: SeekTrial,
  seeks: readonly Seek[],
): Promise<{ ok: boolean; brought: readonly Float64Array[] }> {
  const watch = watchForStall(stallMs, signal)
  const outputs = seeks.map((seek, i) => ({
    args: [
      ...['-map', `${i}:V:0`, '-c', 'copy', '-copyinkf', '-copypriorss', '1'],
      ...['-frames:v', String(packetsOf(seek)), '-f', 'framecrc', '-y'],
    ],
    to: `${folder}/seek-${i}.packets`,
  }))
  const { ok } = await runFfmpeg({
    ffmpeg,
    fence: ffmpeg.fences.look,
    inputs: seeks.map(({ recording, keyMs }): CommandInput => ({
      args: [...seekArgs(keyMs), ...openArgs(asProbed(recording.probe), maxPixels)],
      path: recording.path,
    })),
    outputs: outputs.map(({ args, to }, i) => ({
      args: [
        ...(i === 0 ? ['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-copyts'] : []),
        ...args,
      ],
      to,
    })),
    onStderrLine: () => undefined,
    signal: watch.signal,
  }).finally(watch.done)
  const brought: Float64Array[] = []
  for (const { to } of outputs) brought.push(readTimes(await takeText(to)))
  signal.throwIfAborted()
  return { ok, brought }
}

/** Parses the output of `framecrc`: times in ms of what is shown from the first keyframe on, ascending. */
function readTimes(text: string): Float64Array {
  const [, num = '1', den = '1000'] = /^#tb 0: (\d+)\/(\d+)/m.exec(text) ?? []
  const packets = [...text.matchAll(/^0, *-?\d+, *(-?\d+),.*$/gm)].map(([line, pts]) => ({
    ms: (Number(pts) * Number(num) * 1000) / Number(den),
    flags: Number(/F=(0x[\da-f]+)/i.exec(line)?.[1] ?? KEY),
  }))
  const firstKeyMs = packets.find(({ flags }) => flags & KEY)?.ms ?? Infinity
  const shown = packets.filter(({ ms, flags }) => ms >= firstKeyMs && !(flags & DISCARD))
  return Float64Array.from(shown, ({ ms }) => ms).sort()
}

/** Number of packets to read: enough to get from the previous keyframe to the requested one. */
function packetsOf({ recording, keyMs }: Seek): number {
  const { timesMs, keyframesMs } = videoOf(recording)
  const beforeMs = keyframesMs.findLast((ms) => ms < keyMs - SAME_MS) ?? keyMs
  return countUpTo(timesMs, keyMs + SAME_MS) - countUpTo(timesMs, beforeMs - SAME_MS) + REORDERED
}

/**
 * Whether a seek led to its keyframe or to the one before it, followed by all the packets that follow in the file. A
 * wrong index may skip packets after the place it leads to.
 */
export function isAsAsked({ recording, keyMs }: Seek, brought: Float64Array | undefined): boolean {
  const { timesMs, keyframesMs } = videoOf(recording)
  const landedMs = brought?.[0]
  if (brought === undefined || landedMs === undefined) return false
  const due = keyframesMs.filter((ms) => ms <= keyMs + SAME_MS).slice(-2)
  if (!due.some((ms) => Math.abs(ms - landedMs) <= SAME_MS)) return false
  // The last packets may have arrived before others that belong before them.
  const untilMs = Math.max(keyMs, brought.at(-1 - REORDERED) ?? keyMs)
  const first = countUpTo(timesMs, landedMs - SAME_MS)
  const expected = timesMs.subarray(first, countUpTo(timesMs, untilMs + SAME_MS))
  const found = brought.subarray(0, expected.length)
  return (
    found.length === expected.length && found.every((ms, i) => Math.abs(ms - (expected[i] ?? NaN)) <= SAME_MS)
  )
}
