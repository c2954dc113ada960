/** What a file is by its content: the name it goes by says nothing. */
import { open } from 'node:fs/promises'
import type { Demuxer } from '../model/room.ts'

const EBML = Buffer.from([0x1a, 0x45, 0xdf, 0xa3])
const MP4_BOXES = new Set(['ftyp', 'styp', 'moov', 'moof', 'mdat', 'free', 'skip', 'wide', 'sidx', 'pnot'])

/** The demuxer a recording's first bytes call for; undefined for what is neither WebM nor MP4. */
export async function sniffDemuxer(path: string): Promise<Demuxer | 'empty' | undefined> {
  const head = await readHead(path)
  if (head.length === 0) return 'empty'
  if (head.subarray(0, 4).equals(EBML)) return 'matroska'
  return MP4_BOXES.has(head.toString('latin1', 4, 8)) ? 'mov' : undefined
}

/** The demuxer of a watermark's picture; undefined for what is not PNG, JPEG, WebP, BMP or GIF. */
export async function sniffImage(path: string): Promise<string | undefined> {
  const head = (await readHead(path)).toString('latin1')
  if (head.startsWith('\x89PNG')) return 'png_pipe'
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg_pipe'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'webp_pipe'
  if (head.startsWith('BM')) return 'bmp_pipe'
  if (head.startsWith('GIF8')) return 'gif'
  return undefined
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(16), position: 0 })
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
