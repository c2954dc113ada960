/** What is broken, made once: recordings of a second and a half, each of one colour and one tone. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LENGTH_MS, PEOPLE } from './job.mjs'

const CODECS = {
  'alice.webm': ['-c:v', 'libvpx', '-b:v', '100k', '-g', '5', '-c:a', 'libopus'],
  'bob.mp4': ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '5', '-c:a', 'aac'],
  'carol.webm': ['-c:v', 'libvpx-vp9', '-cpu-used', '8', '-b:v', '100k', '-g', '5', '-c:a', 'libopus'],
  'dave.mp4': [
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '5', '-c:a', 'aac'],
    ...['-movflags', 'frag_keyframe+empty_moov+default_base_moof'],
  ],
}

export const ffmpegPath = () => process.env.FFMPEG_PATH || 'ffmpeg'

/**
 * @param {string} home of the project
 * @param {string} folder to write to
 */
export function makeMaterial(home, folder) {
  const seconds = LENGTH_MS / 1000
  const make = (name, inputs, args) => {
    const path = join(folder, name)
    const given = inputs.flatMap((input) => ['-f', 'lavfi', '-i', input])
    execFileSync(ffmpegPath(), ['-v', 'error', '-y', ...given, '-pix_fmt', 'yuv420p', ...args, path])
    return readFileSync(path)
  }
  const recordings = PEOPLE.map(({ name, rgb, toneHz }) => {
    const colour = `0x${Buffer.from(rgb).toString('hex')}`
    const inputs = [
      `color=c=${colour}:s=160x120:r=10:d=${seconds},noise=alls=6:allf=t`,
      `sine=${toneHz}:d=${seconds}:r=48000`,
    ]
    return [name, make(name, inputs, CODECS[name])]
  })
  return {
    recordings: Object.fromEntries(recordings),
    logo: readFileSync(join(home, 'mixer/gallery/logo.png')),
    // Small, but its decoder keeps sixteen pictures of nine million pixels.
    manyReferences: make(
      'references.mp4',
      ['color=c=gray:s=4096x2304:r=10:d=2'],
      ['-c:v', 'libx264', '-preset', 'ultrafast', '-x264-params', 'ref=16:bframes=0:keyint=1000:threads=1'],
    ),
  }
}
