/** A small room for the benchmark's tests, as it is planned. */
import type { Scene } from '../../../scripts/bench/scene.mjs'

export const MEDIA = {
  seed: 1,
  width: 640,
  height: 360,
  codec: 'vp8',
  kbps: 800,
  durationMs: 2000,
  keysMs: [500],
} as const

const left = { x: 0, y: 90, width: 320, height: 180 }
const right = { x: 320, y: 90, width: 320, height: 180 }
const whole = { x: 0, y: 0, width: 640, height: 360 }

/** Of 2 s at 10 frames/s: the first person alone for a second, then a second one with a 4:3 picture beside them. */
export const SCENE: Scene = {
  width: 640,
  height: 360,
  fps: 10,
  frames: 20,
  segments: [
    { startFrame: 0, endFrame: 10, tiles: [{ clip: 0, region: whole, picture: whole }] },
    {
      startFrame: 10,
      endFrame: 20,
      tiles: [
        { clip: 0, region: left, picture: left },
        { clip: 1, region: right, picture: { x: 360, y: 90, width: 240, height: 180 } },
      ],
    },
  ],
  clips: [
    {
      name: 'a.webm',
      path: '/rec/a.webm',
      media: MEDIA,
      offsetMs: 0,
      uses: [
        { startFrame: 0, endFrame: 10, region: whole, picture: whole },
        { startFrame: 10, endFrame: 20, region: left, picture: left },
      ],
    },
    {
      name: 'b.mp4',
      path: "/rec/b's.mp4",
      media: { ...MEDIA, seed: 2, width: 640, height: 480, codec: 'h264', durationMs: 1000 },
      offsetMs: 1004.5,
      uses: [
        {
          startFrame: 10,
          endFrame: 20,
          region: right,
          picture: { x: 360, y: 90, width: 240, height: 180 },
        },
      ],
    },
  ],
}

export const ENCODER = {
  video: ['-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-b:v', '2000k', '-g', '60'],
  audio: ['-c:a', 'aac', '-b:a', '128k'],
}
