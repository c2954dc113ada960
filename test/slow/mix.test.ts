/** Films of folders: every container, recordings in slices, and timestamps on a shared clock. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ffmpeg, meanColour, readFrames } from '../harness/frames.ts'
import { type Workplace, usePlace } from '../harness/run-worker.ts'
import { amplitudeAt, readSound } from '../harness/sound.ts'

const FPS = 20
const SIZE = { width: 320, height: 180 }
const place = usePlace((made) => mkdir(join(made.folder, 'rec')).then(() => undefined))

const tone = (hz: number, seconds: number) => ['-f', 'lavfi', '-i', `sine=${hz}:r=48000:d=${seconds}`]
const colour = (name: string, seconds: number) => [
  ...['-f', 'lavfi', '-i', `color=${name}:s=160x90:r=${FPS}:d=${seconds}`],
]
const make = (name: string, ...args: readonly string[]) => ffmpeg([...args, join(place.folder, 'rec', name)])

/** Mixes the folder and reads the film. */
async function mixed(of: Workplace, ...more: readonly string[]) {
  const film = join(of.folder, 'film.mp4')
  const args = [
    'mix',
    join(of.folder, 'rec'),
    '-o',
    film,
    '--size',
    '320x180',
    '--fps',
    String(FPS),
    '--json',
  ]
  const ended = await of.run([...args, '--speed', 'fast', ...more])
  expect(ended.code, ended.stderr).toBe(0)
  const { warnings, skipped, streams } = JSON.parse(ended.stdout) as {
    warnings: unknown[]
    skipped: unknown[]
    streams: { streamId: string }[]
  }
  return { film, table: ended.stderr, warnings, skipped, streams: streams.map(({ streamId }) => streamId) }
}

/** Which of red, green and blue a place of a frame is, if any. */
async function coloursAt(film: string, atMs: number, places: readonly [number, number][]): Promise<string[]> {
  const [picture] = await readFrames(film, [Math.round((atMs / 1000) * FPS)], SIZE)
  if (!picture) throw new Error('no picture')
  return places.map(([x, y]) => {
    const mean = meanColour(picture, { x, y, width: 8, height: 8 })
    const most = mean.indexOf(Math.max(...mean))
    return (mean[most] ?? 0) > 90 ? (['red', 'green', 'blue'][most] ?? '') : 'none'
  })
}

describe('a folder', () => {
  it('of every container is one film, in which everybody is heard', async () => {
    const sound = {
      'ogg.ogg': ['-c:a', 'libopus'],
      'wav.wav': ['-c:a', 'pcm_s16le'],
      'mp3.mp3': ['-c:a', 'libmp3lame'],
      'flac.flac': ['-c:a', 'flac'],
      'aac.aac': ['-c:a', 'aac'],
      'm4a.m4a': ['-c:a', 'aac'],
    }
    const pictures = {
      'webm.webm': ['-c:v', 'libvpx', '-c:a', 'libopus'],
      'mkv.mkv': ['-c:v', 'libx264', '-c:a', 'libopus'],
      'mov.mov': ['-c:v', 'libx264', '-c:a', 'aac'],
      'mp4.mp4': ['-c:v', 'libx264', '-c:a', 'aac'],
    }
    const pitches = new Map<string, number>()
    for (const [i, [name, codec]] of Object.entries({ ...sound, ...pictures }).entries()) {
      const hz = 400 + 150 * i
      pitches.set(name, hz)
      const seen = name in pictures ? colour('red', 2) : []
      await make(name, ...seen, ...tone(hz, 2), ...codec)
    }
    const { film, warnings, skipped, streams } = await mixed(place)
    expect({ warnings, skipped }).toEqual({ warnings: [], skipped: [] })
    expect(streams).toHaveLength(10)
    const heard = await readSound(film)
    const silent = amplitudeAt(heard, { hz: 475, fromMs: 500, lengthMs: 1000 })
    for (const [name, hz] of pitches) {
      const amplitude = amplitudeAt(heard, { hz, fromMs: 500, lengthMs: 1000 })
      expect({ name, isHeard: amplitude > 0.01 && amplitude > 10 * silent }).toEqual({ name, isHeard: true })
    }
  })

  it('with slices and a playlist has each slice at its own time', async () => {
    const name = (uid: number, utc?: string) => `5f_c__uid_s_${uid}__uid_e_video${utc ? `_${utc}` : ''}`
    const [first, second] = [name(1, '20261126140211000'), name(1, '20261126140214000')]
    const slice = ['-c:v', 'libx264', '-bf', '2', '-f', 'mpegts']
    await make(`${first}.ts`, ...colour('red', 1), ...slice)
    // Its own clock goes on where the first slice ended: two seconds without media are in the names only.
    await make(`${second}.ts`, ...colour('blue', 1), ...slice, '-output_ts_offset', '1')
    await place.write(
      `rec/${name(1)}.m3u8`,
      `#EXTM3U\n#EXTINF:1.0\n${first}.ts\n#EXTINF:1.0\n${second}.ts\n#EXT-X-ENDLIST\n`,
    )
    await make(`${name(2, '20261126140211000')}.webm`, ...colour('lime', 4), '-c:v', 'libvpx')
    const { film, table, warnings, streams } = await mixed(place)
    expect({ warnings, streams }).toEqual({ warnings: [], streams: ['1_1', '2_1'] })
    expect(table).toContain('2 recordings of 2 people, as Agora cloud recording leaves them')
    const tiles: [number, number][] = [
      [80, 90],
      [240, 90],
    ]
    expect(await coloursAt(film, 500, tiles)).toEqual(['red', 'green'])
    expect(await coloursAt(film, 3500, tiles)).toEqual(['blue', 'green'])
  })

  it('whose timestamps carry the delay begins at one time, and a late one stays late', async () => {
    const file = (id: number, kind: string, ms: number) =>
      `1795701731482-0c9f1a2b-0000-4000-8000-00000000000${id}-cam-${kind}-${ms}.webm`
    await make(file(1, 'video', 1795701731900), ...colour('red', 8), '-c:v', 'libvpx')
    // Six seconds: more than a recorder's own clock is believed to be off.
    const late = [...colour('blue', 2), '-c:v', 'libvpx', '-output_ts_offset', '6']
    await make(file(2, 'video', 1795701737900), ...late)
    const { film, warnings } = await mixed(place)
    expect(warnings).toEqual([])
    expect(await coloursAt(film, 5500, [[160, 90]])).toEqual(['red'])
    const tiles: [number, number][] = [
      [80, 90],
      [240, 90],
    ]
    expect(await coloursAt(film, 6500, tiles)).toEqual(['red', 'blue'])
  })
})
