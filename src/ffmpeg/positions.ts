/** Positions of packets in a file, which show what was written at the same time. */
import { openArgs } from '../model/command.ts'
import type { Demuxer } from '../model/room.ts'
import { runFfmpeg } from './process.ts'
import { watchForStall } from './stall.ts'
import type { Probing } from './types.ts'

/**
 * Reads the file once more.
 * @returns for each stream number, as in the probe, the byte offsets of its packets
 */
export async function readPositions(
  file: { readonly path: string; readonly demuxer: Demuxer; readonly bytes: number },
  { ffmpeg, maxPixels, codecs, stallMs, mostMs, signal }: Probing,
): Promise<ReadonlyMap<number, readonly number[]>> {
  const watch = watchForStall(stallMs, signal, mostMs)
  const positions = new Map<number, number[]>()
  await runFfmpeg({
    ffmpeg,
    fence: ffmpeg.fences.probe(file.bytes, 1),
    inputs: [{ args: openArgs({ demuxer: file.demuxer, codecs }, maxPixels), path: file.path }],
    outputs: [
      {
        args: [
          ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'error', '-copyts'],
          ...['-map', '0:V?', '-map', '0:a?', '-c', 'copy', '-copyinkf'],
          ...['-bsf', 'setts=pts=POS:dts=POS', '-f', 'framecrc'],
        ],
        to: (line) => {
          watch.alive()
          const [stream = '', position = ''] = line.split(',')
          if (line.startsWith('#') || position === '') return
          const list = positions.get(Number(stream)) ?? []
          positions.set(Number(stream), list)
          list.push(Number(position))
        },
      },
    ],
    onStderrLine: () => watch.alive(),
    signal: watch.signal,
  }).finally(watch.done)
  signal?.throwIfAborted()
  return positions
}
