/** The finished file's chapters, and what lies beside it: by real jobs, read back by ffmpeg and by their own formats. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chromiumPath, startChromium } from '../harness/chromium.ts'
import { readFinished } from '../harness/finished-file.ts'
import { BESIDE, LENGTH_MS, furnishOutput } from '../harness/output-room.ts'
import { playerPage, serveFolder } from '../harness/player-page.ts'
import { packetTimes } from '../harness/read-output.ts'
import { runFfmpeg } from '../harness/run-ffmpeg.ts'
import {
  type Changes,
  JOB_ID,
  ROOM_START_MS,
  type Workplace,
  ALICE,
  cfgOf,
  furnish,
  indexOf,
  makeWorkplace,
  until,
} from '../harness/run-worker.ts'

const KEY = `out/${JOB_ID}.mp4`

let place: Workplace

/** A place of its own with the room in its bucket. */
async function furnished(): Promise<Workplace> {
  const made = await makeWorkplace('owt-output-')
  await furnishOutput(made)
  return made
}
const inPlaceOfItsOwn = () =>
  beforeEach(async () => {
    place = await furnished()
    return () => place.remove()
  })

const inBucket = (key: string) => join(place.bucket, key)
const run = async (changes: Changes = {}, env: Record<string, string> = {}, args: string[] = []) =>
  place.run([...args, await place.write('cfg.json', cfgOf(changes))], { env })
const filesOf = async () => (await place.result()).output?.files ?? []

/** What a file says of itself, as ffmpeg's metadata text. */
async function saidBy(path: string): Promise<string> {
  return (await runFfmpeg(['-loglevel', 'error', '-i', path, '-f', 'ffmetadata', 'pipe:1'])).stdout.toString()
}

/** One picture of a file as grey pixels of a size. */
async function greyOf(args: readonly string[], size: string): Promise<Buffer> {
  const out = ['-frames:v', '1', '-pix_fmt', 'gray', '-f', 'rawvideo', 'pipe:1']
  return (
    await runFfmpeg(['-loglevel', 'error', ...args, '-vf', `scale=${size}:flags=area:out_range=full`, ...out])
  ).stdout
}

/** Mean difference of levels. */
function distance(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length)
  return a.reduce((sum, level, i) => sum + Math.abs(level - (b[i] ?? 0)), 0) / a.length
}

describe('chapters', () => {
  inPlaceOfItsOwn()

  it('are in the file, with its title, and change nothing else about it', async () => {
    expect(await run({}, { OWT_OUTPUT_CHAPTERS: 'false' })).toMatchObject({ code: 0 })
    const plain = await readFinished(inBucket(KEY))
    expect(await saidBy(inBucket(KEY))).toContain('title=room 2026-11-22 12:00 Asia/Shanghai\n')
    expect(await saidBy(inBucket(KEY))).not.toContain('[CHAPTER]')

    // Not a setting that leaves a job as it was.
    expect((await run()).stdout).not.toContain('unchanged')
    const said = await saidBy(inBucket(KEY))
    expect(said).toContain('title=room 2026-11-22 12:00 Asia/Shanghai\n')
    // Releases choose the unit: thousandths of a second, or what the tracks have in common.
    const chapters = [...said.matchAll(/TIMEBASE=1\/(\d+)\nSTART=(\d+)\nEND=(\d+)\ntitle=(.*)/g)].map(
      ([, unit, start, end, title]) => [Number(start) / Number(unit), Number(end) / Number(unit), title],
    )
    expect(chapters).toEqual([
      [0, 4, 'ann joins'],
      [4, 8, 'ben joins'],
      [8, 12, 'screen share of ben starts'],
      [12, 17, 'screen share of ben ends'],
    ])
    const { described, ...file } = await readFinished(inBucket(KEY))
    expect(file).toEqual({ boxes: plain.boxes, video: plain.video, audio: plain.audio })
    expect(file.boxes).toEqual(['ftyp', 'moov', 'free', 'mdat'])
    const duration = (text: string) => /Duration: \S+/.exec(text)?.[0]
    expect(duration(described)).toBe(duration(plain.described))
  })

  it('say what names say, whatever they hold, in the language asked for', async () => {
    const odd = 'a=b;#\\ [CHAPTER]'
    const files = [
      { StreamId: `${odd}_1`, Name: 'ann_1.webm', StartTime: ROOM_START_MS },
      { StreamId: '小明_1', Name: 'ben_1.webm', StartTime: ROOM_START_MS + 4000 },
    ]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
    expect(await run({ Internal: { RoomId: '房间=1;' } }, {}, ['--lang', 'zh'])).toMatchObject({ code: 0 })
    const { stderr } = await runFfmpeg(['-i', inBucket(KEY), '-f', 'null', '-', '-t', '0'])
    const titles = [...stderr.matchAll(/^ +title +: (.*)$/gm)].map(([, title]) => title)
    expect(titles.slice(0, 3)).toEqual(['房间=1; 2026-11-22 12:00 Asia/Shanghai', `${odd} 加入`, '小明 加入'])
  })
})

describe('beside the finished file', () => {
  beforeAll(async () => {
    place = await furnished()
    const ended = await run({}, BESIDE)
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).not.toContain('warning')
    return () => place.remove()
  })

  it('lie a poster, thumbnails and HLS, as they are named in the result', async () => {
    const stem = KEY.replace('.mp4', '')
    const files = await filesOf()
    expect(files.map(({ kind, key }) => `${kind} ${key}`)).toEqual([
      `poster ${stem}.jpg`,
      `thumbnails ${stem}.thumbs.vtt`,
      `thumbnails ${stem}.thumbs.jpg`,
      ...['master.m3u8', 'index.m3u8', 'init.mp4', '00000.m4s', '00001.m4s', '00002.m4s'].map(
        (name) => `hls ${stem}/${name}`,
      ),
    ])
    for (const { key, bytes } of files) expect((await readFile(inBucket(key))).length).toBe(bytes)

    // The poster: the middle of the stretch with the screen share, 8 s to 12 s.
    const mp4 = inBucket(KEY)
    const poster = await greyOf(['-i', inBucket(`${stem}.jpg`)], '160:120')
    const frameAt = (seconds: number, size: string) => greyOf(['-ss', String(seconds), '-i', mp4], size)
    expect(distance(poster, await frameAt(9.96, '160:120'))).toBeLessThan(2)
    expect(distance(poster, await frameAt(6, '160:120'))).toBeGreaterThan(5)

    // Each thumbnail: the last keyframe before the middle of its cue.
    const { video } = await readFinished(mp4)
    const vtt = await readFile(inBucket(`${stem}.thumbs.vtt`), 'utf8')
    const cues = [...vtt.matchAll(/^(\S+) --> (\S+)\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm)]
    expect(vtt.startsWith('WEBVTT\n\n')).toBe(true)
    expect(cues).toHaveLength(9)
    expect(cues.at(-1)?.[2]).toBe('00:00:17.000')
    for (const [i, [, from, , name, x, y, width, height]] of cues.entries()) {
      expect(name).toBe(basename(`${stem}.thumbs.jpg`))
      expect(from).toBe(`00:00:${String(2 * i).padStart(2, '0')}.000`)
      const size = `${width}:${height}`
      const sheet = ['-i', inBucket(`${stem}.thumbs.jpg`)]
      const { stdout: thumb } = await runFfmpeg([
        ...['-loglevel', 'error', ...sheet, '-vf', `format=gray,crop=${size}:${x}:${y}`, '-frames:v', '1'],
        ...['-f', 'rawvideo', 'pipe:1'],
      ])
      const due = video?.keyframesMs.findLast((ms) => ms < 2000 * i + 1000) ?? 0
      expect(distance(thumb, await frameAt(Math.max(0, due / 1000 - 0.04), size))).toBeLessThan(6)
    }
  })

  it('HLS holds the very packets of the file, at the same times, from keyframe to keyframe', async () => {
    const folder = inBucket(KEY.replace('.mp4', ''))
    const master = await readFile(join(folder, 'master.m3u8'), 'utf8')
    expect(master).toMatch(
      /BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,CODECS="avc1\.64[0-9a-f]{4},mp4a\.40\.2",RESOLUTION=160x120/,
    )
    const playlist = await readFile(join(folder, 'index.m3u8'), 'utf8')
    for (const line of [
      '#EXT-X-VERSION:7',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      '#EXT-X-ENDLIST',
    ])
      expect(playlist.split('\n')).toContain(line)

    const open = ['-loglevel', 'error', '-allowed_extensions', 'ALL', '-i', join(folder, 'master.m3u8')]
    const sums = async (input: readonly string[], medium: string) =>
      (await runFfmpeg([...input, '-map', `0:${medium}:0`, '-c', 'copy', '-f', 'framehash', 'pipe:1'])).stdout
        .toString()
        .split('\n')
        .filter((line) => /^\d/.test(line))
        .map((line) => line.split(',')[5])
    const whole = ['-loglevel', 'error', '-i', inBucket(KEY)]
    for (const medium of ['v', 'a']) expect(await sums(open, medium)).toEqual(await sums(whole, medium))
    // The fragments in one file have the times that the playlist's player sees.
    const names = ['init.mp4', '00000.m4s', '00001.m4s', '00002.m4s']
    const joined = join(place.folder, 'joined.mp4')
    await writeFile(
      joined,
      Buffer.concat(await Promise.all(names.map((name) => readFile(join(folder, name))))),
    )
    for (const medium of ['video', 'audio'] as const) {
      const starts = async (path: string) => (await packetTimes(path, medium)).map(({ ptsMs }) => ptsMs)
      expect(await starts(joined)).toEqual(await starts(inBucket(KEY)))
    }
    const { video } = await readFinished(inBucket(KEY))
    let atMs = 0
    for (const [, seconds] of playlist.matchAll(/^#EXTINF:([\d.]+)/gm)) {
      expect(video?.keyframesMs).toContain(Math.round(atMs))
      atMs += Number(seconds) * 1000
    }
    expect(atMs).toBeCloseTo(LENGTH_MS, 0)
  })

  it.runIf(chromiumPath() !== undefined)('a browser plays all of it', async () => {
    const server = await serveFolder(place.bucket, playerPage(KEY))
    const browser = await startChromium(chromiumPath() ?? '')
    try {
      const page = await browser.open(server.url, { width: 800 })
      await until('it is played', async () => (await page.evaluate('window.isOver')) === true)
      const lengthS = LENGTH_MS / 1000
      expect(await page.evaluate('window.seen')).toEqual({
        // Chapters are no subtitles.
        mp4: { duration: lengthS, currentTime: lengthS, videoWidth: 160, textTracks: 0 },
        hls: { duration: lengthS, buffered: [[0, lengthS]] },
        cues: 9,
      })
      expect(page.complaints).toEqual([])
    } finally {
      await browser.close()
      await server.stop()
    }
  })

  it('must all be there for a job to be done', async () => {
    expect((await run({}, BESIDE)).stdout).toContain('unchanged')
    await rm(inBucket(KEY.replace('.mp4', '/00001.m4s')))
    expect((await run({}, BESIDE)).stdout).not.toContain('unchanged')
    expect(await readFile(inBucket(KEY.replace('.mp4', '/00001.m4s')))).not.toHaveLength(0)

    // What is not asked for any more goes: it would be of a file that is not there.
    await writeFile(inBucket(KEY.replace('.mp4', '/note.txt')), 'of somebody else')
    await run({}, { OWT_OUTPUT_POSTER: 'true' })
    const left = Object.keys(await place.bucketFiles()).filter((name) => name.startsWith('out/'))
    const stem = KEY.replace('.mp4', '')
    expect(left).toEqual([stem, `${stem}.jpg`, KEY, `${stem}/note.txt`])
  })
})

describe('by default', () => {
  it('the film has a poster, which is its cover too, and opens with who is there within a second', async () => {
    const own = await makeWorkplace('owt-output-')
    try {
      await furnish(own, indexOf([{ ...ALICE, StartTime: ROOM_START_MS + 400 }]))
      const path = await own.write('cfg.json', cfgOf())
      // Empty counts as not set.
      const copy = join(own.folder, 'films/copy.mp4')
      const run = (...args: readonly string[]) => own.run([...args, path], { env: { OWT_OUTPUT_POSTER: '' } })
      expect(await run('-o', copy)).toMatchObject({ code: 0 })
      const { output } = await own.result()
      expect(output?.files).toMatchObject([{ kind: 'poster' }])
      const film = output?.path ?? ''
      const poster = await readFile(film.replace('.mp4', '.jpg'))
      const cover = ['-map', '0:v:1', '-c', 'copy', '-f', 'image2pipe', 'pipe:1']
      expect((await runFfmpeg(['-loglevel', 'error', '-i', film, ...cover])).stdout).toEqual(poster)
      // -o leaves a copy, also of a film that was there already.
      expect(await readFile(copy)).toEqual(await readFile(film))
      await rm(copy)
      expect((await run('-o', copy)).stdout).toContain('unchanged')
      expect(await readFile(copy)).toEqual(await readFile(film))
      // It is no track: what is played is the picture and the sound.
      const { video, described } = await readFinished(film)
      expect(video?.frames).toBe(output?.frames)
      expect(described).toMatch(/attached pic/)
      const at = (seconds: string) => greyOf(['-i', film, '-ss', seconds, '-map', '0:V'], '160:120')
      expect(distance(await at('0'), await at('0.4'))).toBeLessThan(3)
    } finally {
      await own.remove()
    }
  })
})

describe('of what lies beside the finished file', () => {
  inPlaceOfItsOwn()

  it('a job without a picture has HLS alone', async () => {
    const audioOnly = { Data: { RecordingConfig: { MediaChannel: 1 } } }
    expect(await run(audioOnly, BESIDE)).toMatchObject({ code: 0 })
    const files = await filesOf()
    expect(new Set(files.map(({ kind }) => kind))).toEqual(new Set(['hls']))
    const folder = inBucket(KEY.replace('.mp4', ''))
    expect(await readFile(join(folder, 'master.m3u8'), 'utf8')).toMatch(/CODECS="mp4a\.40\.2"\n/)
    expect(await saidBy(inBucket(KEY))).toContain('title=ben joins')
    const open = ['-loglevel', 'error', '-allowed_extensions', 'ALL', '-i', join(folder, 'index.m3u8')]
    const { stdout } = await runFfmpeg([...open, '-map', '0:a:0', '-f', 's16le', '-ac', '1', 'pipe:1'])
    expect(stdout.length / 2 / 48).toBeGreaterThan(LENGTH_MS - 100)
  })

  it('what cannot be made is missing, with a warning', async () => {
    // Stands in for every way in which that can go wrong: its place is taken.
    await place.write(`work/${JOB_ID}/owt-job.json`, { jobId: JOB_ID })
    await mkdir(join(place.workDir, JOB_ID, 'poster.jpg', 'in the way'), { recursive: true })
    const ended = await run({}, { OWT_OUTPUT_POSTER: 'true' })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stderr).toMatch(/warning: the poster could not be made/)
    expect((await place.result()).warnings.map(({ code }) => code)).toEqual(['besideNotMade'])
    expect(await filesOf()).toEqual([])
  })
})
