/** What a finished film shows and sounds like: colours by frame, tones by moment. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ffmpegPath } from './material.mjs'

const SIZE = { width: 48, height: 32 }
const RATE = 8000
/** In each of red, green and blue. Scaling, noise and coding take less. */
const SAME_COLOUR = 50
/** Pixels of the small picture. A tile of nine has 100 and more, and fewer where its shape is odd. */
const LEAST_PIXELS = 6
/** A tone of the material has 0.125 of full scale; this is far less, and far more than the others leak. */
const LEAST_TONE = 0.01

/**
 * Decodes a film.
 * @returns {{errors: string, frames: number, shows: Function, sounds: Function}}
 */
export function readFilm(path, folder) {
  const [pictures, sound] = [join(folder, 'film.rgb'), join(folder, 'film.pcm')]
  const area = `scale=${SIZE.width}:${SIZE.height}:flags=area,format=rgb24`
  const ended = spawnSync(
    ffmpegPath(),
    [
      ...['-v', 'error', '-y', '-i', path, '-map', '0:v:0?', '-vf', area, '-fps_mode', 'passthrough'],
      ...[
        '-f',
        'rawvideo',
        pictures,
        '-map',
        '0:a:0?',
        '-ac',
        '1',
        '-ar',
        String(RATE),
        '-f',
        's16le',
        sound,
      ],
    ],
    { encoding: 'utf8' },
  )
  const rgb = take(pictures)
  const pcm = take(sound)
  const frameBytes = 3 * SIZE.width * SIZE.height
  return {
    errors: ended.stderr.trim(),
    frames: rgb.length / frameBytes,
    /** Whether a colour has its place in a frame. */
    shows: (frame, [red, green, blue]) => {
      let pixels = 0
      for (let at = frame * frameBytes; at < Math.min(rgb.length, (frame + 1) * frameBytes); at += 3) {
        const off = [rgb[at] - red, rgb[at + 1] - green, rgb[at + 2] - blue].map(Math.abs)
        if (Math.max(...off) < SAME_COLOUR) pixels += 1
      }
      return pixels >= LEAST_PIXELS
    },
    /** Whether a tone is heard in a stretch. */
    sounds: (fromMs, toMs, hz) => {
      let [sine, cosine, count] = [0, 0, 0]
      for (
        let n = Math.round((fromMs * RATE) / 1000);
        n < Math.min(pcm.length / 2, (toMs * RATE) / 1000);
        n++
      ) {
        const sample = pcm.readInt16LE(2 * n) / 32_768
        sine += sample * Math.sin((2 * Math.PI * hz * n) / RATE)
        cosine += sample * Math.cos((2 * Math.PI * hz * n) / RATE)
        count += 1
      }
      return count > 0 && (2 * Math.hypot(sine, cosine)) / count > LEAST_TONE
    },
  }
}

function take(path) {
  try {
    return readFileSync(path)
  } catch {
    return Buffer.alloc(0)
  } finally {
    rmSync(path, { force: true })
  }
}
