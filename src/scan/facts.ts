/** Reads facts about a recording from its beginning and its end. */
import type { FileHandle } from 'node:fs/promises'
import { sniffDemuxer } from '../ffmpeg/sniff.ts'
import { tsFacts } from '../ffmpeg/mpegts.ts'
import { openRegular } from '../files/read-file.ts'
import type { Facts } from '../folder/model.ts'
import { matroskaFacts } from './matroska.ts'
import { mp4Facts } from './mp4.ts'
import { flacFacts, oggFacts, wavFacts } from './sound.ts'

const HEAD_BYTES = 512 * 1024
const TAIL_BYTES = 2 * 1024 * 1024

/** Undefined for a file that is not a recording or cannot be read. Never throws. */
export async function factsOf(path: string): Promise<Facts | undefined> {
  const demuxer = await sniffDemuxer(path).catch(() => undefined)
  if (demuxer === 'empty') return undefined
  const file = await openRegular(path).catch(() => undefined)
  if (!file) return undefined
  try {
    const { size } = await file.stat()
    const head = () => readAt(file, 0, HEAD_BYTES)
    const tail = () => readAt(file, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)
    switch (demuxer) {
      case undefined:
        return tsFacts(await head(), await tail())
      case 'matroska':
        return matroskaFacts(await head(), await tail())
      case 'mov':
        return await mp4Facts(path, file, size)
      case 'ogg':
        return oggFacts(await head(), await tail())
      case 'wav':
        return wavFacts(await head(), size)
      case 'flac':
        return flacFacts(await head())
      case 'mp3':
      case 'aac':
        return { hasVideo: false, hasAudio: true }
    }
  } catch {
    // Recognised, but its headers cannot be read: the run finds out why.
    return { hasVideo: false, hasAudio: false }
  } finally {
    await file.close()
  }
}

async function readAt(file: FileHandle, position: number, bytes: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position })
  return buffer.subarray(0, bytesRead)
}
