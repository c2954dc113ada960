/** `--strict`: a job fails for each kind of thing that it would have to do without. */
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { BAD_PICTURES, offerPictures, withPictures } from '../harness/bad-pictures.ts'
import { BAD_RECORDINGS } from '../harness/bad-recordings.ts'
import {
  ALICE,
  BOB,
  JOB_ID,
  cfgOf,
  expectFailure,
  furnish,
  indexOf,
  usePlace,
} from '../harness/run-worker.ts'

const place = usePlace(furnish)

describe('under --strict a job fails for', () => {
  it.each(BAD_RECORDINGS)('$kind', async ({ entry, make, skipped }) => {
    await make?.((name) => join(place.bucket, 'rec', name))
    await place.write(`bucket/${JOB_ID}.json`, indexOf([ALICE, BOB, entry]))
    const cfg = await place.write('cfg.json', cfgOf())
    const before = await place.bucketFiles()
    const ended = await place.run(['--quiet', '--strict', cfg])
    const failed = await expectFailure({ place, ended, before, code: 1, says: /--strict is set/ })
    expect(failed.skipped).toEqual([skipped])
  })

  it.each(BAD_PICTURES)('a watermark picture %s', async (_, image, says) => {
    const { site, close } = await offerPictures(place)
    try {
      const before = await place.bucketFiles()
      const cfg = await place.write('cfg.json', withPictures(image.replace('SITE', site)))
      const ended = await place.run(['--strict', cfg])
      const expected = new RegExp(says.source.replace('SITE', site))
      await expectFailure({ place, ended, before, code: 1, says: expected })
      const logs = (await readdir(place.logDir)).map((name) => readFile(join(place.logDir, name), 'utf8'))
      for (const text of [ended.stderr, ...(await Promise.all(logs))]) expect(text).not.toContain('hush')
    } finally {
      close()
    }
  })
})
