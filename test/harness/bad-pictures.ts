/** Watermark pictures that cannot be had, one of each kind, with the reason that is given for it. */
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { type Changes, HOME, type Workplace, cfgOf } from './run-worker.ts'

/** What it is, its Image, and what is said. SITE stands for the address of the pictures' server. */
export const BAD_PICTURES: readonly (readonly [kind: string, image: string, says: RegExp])[] = [
  [
    'that is not there',
    'none.png',
    /picture none\.png cannot be fetched \(there is no such file or object\)/,
  ],
  ['that is none', 'text.png', /picture text\.png is not PNG, JPEG, WebP, BMP or GIF/],
  ['that is cut off', 'cut.png', /picture cut\.png cannot be decoded/],
  [
    'that claims to be too large',
    'huge.png',
    /picture huge\.png cannot be decoded, or has more than limits\.maxPixels/,
  ],
  [
    'that its server does not have',
    'http://SITE/x.png?sign=hush',
    /picture http:\/\/SITE\/x\.png cannot be fetched \(HTTP 404\)/,
  ],
  [
    'of a server that is not there',
    'http://127.0.0.1:2/x.png',
    /picture http:\/\/127\.0\.0\.1:2\/x\.png cannot be fetched \(ECONNREFUSED\)/,
  ],
  [
    'behind a password',
    'http://me:hush@SITE/x.png',
    /picture http:\/\/SITE\/x\.png cannot be fetched \(HTTP 404\)/,
  ],
]

/** A small job with these pictures over it. */
export const withPictures = (...images: readonly string[]): Changes =>
  cfgOf({ Data: { MixerConfig: { WaterMark: images.map((Image) => ({ Type: 2, X: 4, Y: 4, Image })) } } })

/**
 * Puts them beside cfg.json, and starts a server that has /logo.png?sign=1 and nothing else.
 * @returns its address
 */
export async function offerPictures(place: Workplace): Promise<{ site: string; close: () => void }> {
  const logo = await readFile(join(HOME, 'mixer/gallery/logo.png'))
  const server = createServer((request, response) => {
    if (request.url === '/logo.png?sign=1') response.end(logo)
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await place.write('text.png', 'no picture')
  await place.write('cut.png', logo.subarray(0, 60))
  await place.write('huge.png', pngHeader(16384, 16384))
  return {
    site: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close().closeAllConnections(),
  }
}

/** A PNG that says how large it is and holds a little of nothing. */
function pngHeader(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    crc.writeUInt32BE(crc32(body))
    return Buffer.concat([length, body, crc])
  }
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  size.set([8, 6], 8)
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.alloc(64))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
