/** What a job has to do without: bad recordings and watermark pictures are named, and the rest is made. */
import { writeFile, readFile, readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { BAD_PICTURES, offerPictures, withPictures } from '../harness/bad-pictures.ts'
import { BAD_RECORDINGS, bad } from '../harness/bad-recordings.ts'
import {
  ALICE,
  BOB,
  HOME,
  JOB_ID,
  cfgOf,
  expectFailure,
  furnish,
  indexOf,
  roomFiles,
  usePlace,
} from '../harness/run-worker.ts'
import { copySource, makeSource } from '../harness/sources.ts'

const place = usePlace(furnish)
let before: Record<string, string>
beforeEach(async () => {
  before = await place.bucketFiles()
})

describe('recordings that cannot be used', () => {
  const inBucket = (name: string) => join(place.bucket, 'rec', name)

  // Under --strict, each of them by itself: see test/slow/strict.test.ts.
  it('are left out, each for its reason, and the job goes on; --strict fails', async () => {
    for (const { make } of BAD_RECORDINGS) await make?.(inBucket)
    const entries = BAD_RECORDINGS.map(({ entry }) => entry)
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, ...entries]))
    const cfg = await place.write('cfg.json', cfgOf())
    before = await place.bucketFiles()

    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 0 })
    const count = BAD_RECORDINGS.length
    expect(ended.stdout).toMatch(new RegExp(`, ${count} skipped, ${count} warnings\\n$`))
    const result = await place.result()
    expect(result).toMatchObject({ status: 'ok', output: { frames: 25 } })
    expect(result.streams.map(({ streamId }) => streamId)).toEqual(['alice_1', 'bob_1'])
    expect(result.skipped).toHaveLength(count)
    for (const { skipped } of BAD_RECORDINGS) expect(result.skipped).toContainEqual(skipped)
    const warnings = result.skipped.map(({ streamId, name, reason }) => ({
      code: 'recordingSkipped',
      message: `${streamId}: recording "${name}" is left out: ${reason}`,
      where: name,
    }))
    expect(result.warnings).toEqual(warnings)
    const log = await place.log()
    for (const { message } of warnings) {
      expect(ended.stderr).toContain(`warning: ${message}\n`)
      expect(log).toContainEqual(expect.objectContaining({ level: 'warn', msg: message }))
    }
    await rm(join(place.bucket, 'out'), { recursive: true })

    const strict = await place.run(['--quiet', '--strict', cfg])
    await expectFailure({ place, ended: strict, code: 1, says: /--strict is set/ })
    expect(Object.keys(await place.bucketFiles())).toEqual(Object.keys(before))
  })

  it('uses a WebM as far as it goes when its recorder was killed', async () => {
    const { alice } = await roomFiles()
    const { size } = await stat(alice.path)
    await copySource(alice, inBucket('cut.webm'), Math.floor(size / 2))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([BOB, bad('cut.webm')]))
    const ended = await place.run(['--strict', '--json', await place.write('cfg.json', cfgOf())])
    expect(ended).toMatchObject({ code: 0 })
    const [first] = (await place.result()).streams
    expect(first).toMatchObject({ streamId: 'carol_1', clips: [{ video: true, startMs: 200 }] })
    expect(first?.clips[0]?.endMs).toBeGreaterThan(600)
    expect(first?.clips[0]?.endMs).toBeLessThan(2000)
  })

  it('goes by what is in a file and not by its name', async () => {
    const { alice, bob } = await roomFiles()
    await copySource(alice, inBucket('really-webm.mp4'))
    await copySource(bob, inBucket('really-mp4.webm'))
    const files = [bad('really-webm.mp4'), bad('really-mp4.webm', { StreamId: 'dave_2' })]
    await place.write(`bucket/${JOB_ID}.json`, indexOf(files))
    const ended = await place.run(['--strict', '--quiet', await place.write('cfg.json', cfgOf())])
    expect(ended).toMatchObject({ code: 0, stderr: '' })
    expect((await place.result()).streams).toMatchObject([
      { streamId: 'carol_1', clips: [{ video: true, audio: true }] },
      { streamId: 'dave_2', clips: [{ video: true, audio: true }] },
    ])
  })

  it('ends with 6 when none is left, and names each', async () => {
    await writeFile(inBucket('empty.webm'), '')
    await place.write(`bucket/${JOB_ID}.json`, indexOf([bad('empty.webm'), bad('none.webm'), bad(undefined)]))
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf())])
    const result = await expectFailure({
      place,
      ended,
      before,
      code: 6,
      says: /no usable stream, 3 of its recordings/,
    })
    expect(result.skipped.map(({ name }) => name).sort()).toEqual(['', 'empty.webm', 'none.webm'])
    expect(result.error?.code).toBe('noUsableStream')
  })

  it.each([
    ['the index lists none', indexOf([]), {}, /no usable stream; check that the index lists/],
    [
      'a list leaves nobody to be seen',
      indexOf(),
      { Data: { SubscribeConfig: { SubscribeVideo: ['nobody_1'] } } },
      /cfg\.json:\d+:\d+ Data\.SubscribeConfig\.SubscribeVideo: SubscribeVideo excludes every stream/,
    ],
  ] as const)('ends with 6 when %s', async (_, index, changes, says) => {
    await place.write(`bucket/${JOB_ID}.json`, index)
    before = await place.bucketFiles()
    const ended = await place.run([await place.write('cfg.json', cfgOf(changes))])
    await expectFailure({
      place,
      ended,
      before,
      code: 6,
      says,
    })
  })
})

it('ends with 6 before anything is encoded when nobody would be seen', async () => {
  const sound = await makeSource({ id: 3, container: 'webm', durationMs: 1000, audio: { codec: 'opus' } })
  await copySource(sound, join(place.bucket, 'rec/carol.webm'))
  const carol = { StreamId: 'carol_1', Name: 'carol.webm', StartTime: ALICE.StartTime }
  await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, carol]))
  before = await place.bucketFiles()
  const run = async (SubscribeConfig: object) =>
    place.run([await place.write('cfg.json', cfgOf({ Data: { SubscribeConfig } }))])
  const ended = await run({ SubscribeVideo: ['carol_1'] })
  const says = /the whole picture would be background: none of the 2 recordings with a picture is shown/
  await expectFailure({ place, ended, before, code: 6, says })
  expect((await place.log()).filter(({ msg }) => msg === 'ffmpeg starts')).toEqual([])
  // What cfg.json asks for is made.
  expect(await run({ UnsubscribeVideo: ['alice_1', 'bob_1'] })).toMatchObject({ code: 0 })
})

describe('watermark pictures that cannot be had', () => {
  let site: string
  beforeEach(async () => {
    const offered = await offerPictures(place)
    site = offered.site
    before = await place.bucketFiles()
    return () => offered.close()
  })

  // Under --strict, each of them by itself: see test/slow/strict.test.ts.
  it('are left out, each for its reason, and the job goes on; --strict fails', async () => {
    const images = BAD_PICTURES.map(([, image]) => image.replace('SITE', site))
    const cfg = await place.write('cfg.json', withPictures(...images))
    const strict = await place.run(['--strict', cfg])
    await expectFailure({ place, ended: strict, before, code: 1, says: /cannot be fetched/ })
    const ended = await place.run([cfg])
    expect(ended).toMatchObject({ code: 0 })
    for (const [, , says] of BAD_PICTURES) {
      const source = says.source.replace('SITE', site)
      expect(ended.stderr).toMatch(new RegExp(`^warning: the watermark ${source}.*; it is left out$`, 'm'))
    }
    expect((await place.result()).warnings).toHaveLength(BAD_PICTURES.length)
    const texts = await Promise.all(
      (await readdir(place.logDir)).map((name) => readFile(join(place.logDir, name), 'utf8')),
    )
    for (const text of [ended.stderr, strict.stderr, ...texts]) expect(text).not.toContain('hush')
  })

  it('takes one from its URL, from the bucket and from beside cfg.json', async () => {
    const logo = await readFile(join(HOME, 'mixer/gallery/logo.png'))
    await place.write('bucket/pictures/logo.png', logo)
    await place.write('logo.png', logo)
    for (const image of [`http://${site}/logo.png?sign=1`, '/pictures/logo.png', 'logo.png']) {
      const ended = await place.run([
        'plan',
        '--commands',
        '--strict',
        '--quiet',
        await place.write('cfg.json', withPictures(image)),
      ])
      expect({ image, ...ended }).toMatchObject({ image, code: 0, stderr: '' })
      expect(ended.stdout).toContain('-f png_pipe')
    }
  })
})
