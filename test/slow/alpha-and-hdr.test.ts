/** Pictures that are transparent in places, of high dynamic range or interlaced, through the whole worker. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaultConf } from '../../src/config/conf.ts'
import { FFMPEG, type Picture, difference, ffmpeg, meanColour, readFrames } from '../harness/frames.ts'
import { makeRoom, runRoom, tempFolder } from '../harness/room.ts'

const CANVAS = { width: 160, height: 120, fps: 10 }
const BACKGROUND = { R: 20, G: 60, B: 220 }
const LEFT = { x: 8, y: 8, width: 60, height: 100 }
const RIGHT = { x: 92, y: 8, width: 60, height: 100 }

async function mix(name: string, bytes: Uint8Array, env: Readonly<Record<string, string>> = {}) {
  const room = await makeRoom({
    clips: [{ streamId: 'ada_1', startMs: 0, name, bytes }],
    canvas: CANVAS,
    cfg: { Data: { MixerConfig: { MixedVideoLayout: 1, ResizeMode: 2, BackgroundColor: BACKGROUND } } },
  })
  const run = await runRoom(room, { env })
  const codes = (run.result?.warnings ?? []).map(({ code }) => code)
  expect(run.exitCode, run.stderr).toBe(0)
  const colours = async (frame: number, places = [LEFT, RIGHT]) => {
    const [picture] = await readFrames(run.outputPath, [frame], CANVAS)
    return places.map((place) => meanColour(picture!, place).map(Math.round))
  }
  return { codes, colours, remove: room.remove, outputPath: run.outputPath }
}

/** An ffmpeg that lists neither decoders nor filters of some names. */
async function lacking(folder: string, names: string): Promise<Record<string, string>> {
  const path = join(folder, 'ffmpeg')
  const script = `#!/bin/sh\ncase "$*" in *-decoders|*-filters) ${FFMPEG} "$@" | grep -vE "${names}"; exit;; esac\nexec ${FFMPEG} "$@"\n`
  await writeFile(path, script, { mode: 0o755 })
  return { FFMPEG_PATH: path }
}

function expectNear(actual: readonly number[] | undefined, wanted: readonly number[]): void {
  const off = Math.max(...wanted.map((level, c) => Math.abs((actual?.[c] ?? 999) - level)))
  expect(off, `${String(actual)} for ${String(wanted)}`).toBeLessThan(12)
}

/** Red on the left; what is hidden on the right is red too. */
const HALF_RED = [
  ...['-f', 'lavfi', '-i', 'color=0xC81E28:s=160x120:r=10:d=1'],
  ...['-vf', "format=yuva420p,geq=lum='lum(X,Y)':cb='cb(X,Y)':cr='cr(X,Y)':a='if(lt(X,80),255,0)'"],
]

describe('alpha', () => {
  it.each([
    ['vp8', 'webm', ['-c:v', 'libvpx', '-auto-alt-ref', '0', '-b:v', '500k', '-g', '4']],
    ['vp9', 'webm', ['-c:v', 'libvpx-vp9', '-auto-alt-ref', '0', '-b:v', '500k', '-g', '4']],
    ['png', 'mov', ['-c:v', 'png', '-pix_fmt', 'rgba']],
  ])('of %s lets the background through', async (name, ending, codec) => {
    const folder = await tempFolder(name)
    const path = join(folder, `in.${ending}`)
    await ffmpeg([...HALF_RED, ...codec, path])
    // What no recorder writes is decoded where conf/ says so.
    const codecs = JSON.stringify([...defaultConf().ffmpeg.codecs, name])
    const { codes, colours, remove } = await mix(`in.${ending}`, await readFile(path), {
      OWT_FFMPEG_CODECS: codecs,
    })
    for (const frame of [0, 9]) {
      const [left, right] = await colours(frame)
      expectNear(left, [200, 30, 40])
      expectNear(right, [BACKGROUND.R, BACKGROUND.G, BACKGROUND.B])
    }
    expect(codes).not.toContain('alphaNotDecoded')
    if (ending === 'webm') {
      const env = await lacking(folder, 'libvpx')
      const without = await mix(`in.${ending}`, await readFile(path), env)
      expect(without.codes).toContain('alphaNotDecoded')
      await without.remove()
    }
    await remove()
  })
})

describe('high dynamic range', () => {
  /** A grey of 203 cd/m2, which is white beside an ordinary picture. */
  async function pq(
    folder: string,
    sizes: readonly string[],
    also = ':colorspace=bt2020nc:color_primaries=bt2020',
  ): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    for (const size of sizes) {
      const piece = join(folder, `${size}.h264`)
      await ffmpeg([
        ...['-f', 'lavfi', '-i', `color=black:s=${size}:r=10:d=1,format=yuv420p,geq=lum=143:cb=128:cr=128`],
        ...['-vf', `setparams=range=tv:color_trc=smpte2084${also}`],
        ...['-c:v', 'libx264', '-bf', '0', '-bsf:v', 'dump_extra', piece],
      ])
      pieces.push(await readFile(piece))
    }
    await writeFile(join(folder, 'all.h264'), Buffer.concat(pieces))
    const path = join(folder, 'pq.mkv')
    await ffmpeg(['-f', 'h264', '-r', '10', '-i', join(folder, 'all.h264'), '-c', 'copy', path])
    return readFile(path)
  }

  it('is mapped where its file says nothing else of its colours', async () => {
    const folder = await tempFolder('pq-alone')
    const { codes, colours, remove } = await mix('pq.mkv', await pq(folder, ['160x120'], ''))
    expect(codes).toEqual([])
    const [mapped] = await colours(5, [{ x: 50, y: 8, width: 60, height: 100 }])
    expect(Math.min(...(mapped ?? [0])), String(mapped)).toBeGreaterThan(190)
    await remove()
  })

  it('is mapped whatever the size changes to in mid file, and warned of where ffmpeg cannot', async () => {
    const folder = await tempFolder('pq')
    const recording = await pq(folder, ['160x120', '80x120'])
    const { codes, colours, remove } = await mix('pq.mkv', recording)
    expect(codes).not.toContain('hdrNotMapped')
    // The second size is 80 pixels wide in the middle of the canvas: its letterbox is the background.
    const middle = { x: 50, y: 8, width: 60, height: 100 }
    const side = { x: 4, y: 8, width: 30, height: 100 }
    const [mapped] = await colours(5, [middle])
    expect(Math.min(...(mapped ?? [0])), String(mapped)).toBeGreaterThan(190)
    const [later, beside] = await colours(15, [middle, side])
    expectNear(later, mapped ?? [])
    expectNear(beside, [BACKGROUND.R, BACKGROUND.G, BACKGROUND.B])
    await remove()
    const without = await mix('pq.mkv', recording, await lacking(folder, 'zscale'))
    expect(without.codes).toContain('hdrNotMapped')
    expectNear((await without.colours(5))[0], [148, 148, 148])
    await without.remove()
  })
})

describe('interlaced', () => {
  /** How far neighbouring lines differ, in levels. */
  function combing({ width, height, rgb }: Picture): number {
    let sum = 0
    for (let i = 0; i < width * (height - 1); i++) sum += Math.abs(rgb[3 * i]! - rgb[3 * (i + width)]!)
    return sum / (width * (height - 1))
  }

  it('pictures come without combs, each at its time', async () => {
    const folder = await tempFolder('interlaced')
    const path = join(folder, 'in.mp4')
    // Upright bars that move to the right by 8 pixels from field to field.
    const bars = "geq=lum='if(lt(mod(X-8*N+8000,80),40),235,16)':cb=128:cr=128"
    await ffmpeg([
      ...['-f', 'lavfi', '-i', `color=black:s=160x120:r=20:d=2,format=yuv420p,${bars}`],
      ...['-vf', 'interlace=scan=tff:lowpass=off', '-c:v', 'libx264', '-flags', '+ilme+ildct', path],
    ])
    const [combed] = await readFrames(path, [10], CANVAS)
    expect(combing(combed!)).toBeGreaterThan(30)
    const { outputPath, remove } = await mix('in.mp4', await readFile(path))
    for (const [i, picture] of (await readFrames(outputPath, [0, 10, 19], CANVAS)).entries()) {
      expect(combing(picture), `picture ${i}`).toBeLessThan(12)
    }
    // Bars of the first field of the tenth picture: 160 pixels further than at the start, which is two bars.
    const [first, tenth] = await readFrames(outputPath, [0, 10], CANVAS)
    expect(difference(first!, tenth!).far).toBeLessThan(0.05)
    await remove()
  })
})
