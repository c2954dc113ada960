/** A recorder that was killed: a made WebM cut anywhere, and what is still true of it. */
import { readFile } from 'node:fs/promises'
import { pacing } from '../../harness/encode-audio.ts'
import { type Source, type SourceSpec, makeSource } from '../../harness/sources.ts'
import { type Block, simpleBlocks } from './blocks.ts'
import { keptFile } from './kept-file.ts'

/** The harness writes the picture's track first. */
const PICTURE = 1

/** How much is left: so many bytes, or so many bytes of one of its blocks, which the cut goes through. */
export type Cut =
  | { readonly share: number }
  | { readonly track: 'video' | 'audio'; readonly block: number; readonly keptShare: number }

/** Makes a source and cuts it: frames and sound whose blocks are whole stay true. */
export async function cutWebm(spec: SourceSpec, cut: Cut): Promise<Source> {
  const source = await makeSource(spec)
  const bytes = await readFile(source.path)
  const blocks = simpleBlocks(bytes)
  const end = cutAt(cut, bytes, blocks)
  const path = await keptFile({ source, change: cut, bytes: bytes.subarray(0, end) })
  const whole = (isPicture: boolean) =>
    blocks.filter(({ track, to }) => (track === PICTURE) === isPicture && to <= end).length
  const { look, video, audio } = source.truth
  const frames = video?.frames.slice(0, whole(true)) ?? []
  const last = frames.at(-1)?.fileMs ?? 0
  const before = frames.at(-2)?.fileMs ?? last
  const { packetMs = 0, delayMs } = pacing(spec.audio ?? { codec: 'opus' })
  const soundEndMs = (audio?.startMs ?? 0) - delayMs + whole(false) * packetMs
  return {
    spec,
    path,
    truth: {
      look,
      ...(frames.length > 0 && { video: { frames, endMs: last + (last - before) } }),
      ...(audio && soundEndMs > 0 && { audio: { ...audio, endMs: soundEndMs } }),
    },
  }
}

function cutAt(cut: Cut, bytes: Uint8Array, blocks: readonly Block[]): number {
  if ('share' in cut) return Math.floor(bytes.length * cut.share)
  const own = blocks.filter(({ track }) => (track === PICTURE) === (cut.track === 'video'))
  const block = own[cut.block]
  if (!block) throw new Error(`there are only ${own.length} blocks`)
  return Math.floor(block.from + (block.to - block.from) * cut.keptShare)
}
