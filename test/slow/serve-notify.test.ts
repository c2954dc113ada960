/** Receivers that are changed while their job runs. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CallbackReceiver, startReceiver } from '../harness/callback-receiver.ts'
import { heldFfmpeg } from '../harness/held-ffmpeg.ts'
import { cfgOf, changed, furnish, indexOf, until, usePlace } from '../harness/run-worker.ts'
import { postTo, serveFolder, startService, untilState } from '../harness/serve-worker.ts'

const place = usePlace()
let before: CallbackReceiver
let after: CallbackReceiver
beforeEach(async () => {
  before = await startReceiver()
  after = await startReceiver()
})
afterEach(async () => {
  await before.close()
  await after.close()
})

const notify = ({ url }: CallbackReceiver) => ({
  NotifyConfig: [{ ServiceType: 'job.mixer', Status: 'open', NotifyUrl: `${url}/cb` }],
})

it.each(['goes on', 'is killed and started again'])(
  'new receivers get all that is sent from then on, and the old ones nothing, when the service %s',
  async (what) => {
    await furnish(place)
    const { env, letGo } = await heldFfmpeg(place)
    const options = {
      serve: { jobs: 1 },
      settings: { network: { allow: ['loopback'], deny: ['private'] } },
      env,
    }
    let service = await startService(place, options)
    const Data = { ...notify(before), Index: { ...indexOf(), JobId: 'one' } }
    const job = changed(cfgOf({ Internal: { JobId: 'one' } }), { Data })
    expect(await postTo(service.url, job)).toMatchObject({ RetCode: 0 })
    await until('the job encodes', async () => {
      const log = join(serveFolder(place), '~open/logs/one.log')
      return /"command":"video/.test(await readFile(log, 'utf8').catch(() => ''))
    })
    await before.reached(1)
    const request = { Action: 'job.notify.update', Internal: { JobId: 'one' }, Data: notify(after) }
    const reply = await postTo(service.url, request)
    expect(reply).toMatchObject({ RetCode: 0 })
    expect(reply.Data).not.toHaveProperty('Warnings')
    const heard = before.received.length
    if (what !== 'goes on') {
      service.child.kill('SIGKILL')
      await service.ended
      service = await startService(place, options)
    }
    await letGo()
    expect(await untilState(service.url, 'one', ['done', 'failed', 'stopped'])).toBe('done')
    expect(before.received.slice(heard)).toEqual([])
    const told = after.received.map(({ body }) => body['EventType'])
    expect(told).toContain('ucloud_mixer_file_infos')
    expect(after.received.at(-1)?.body).toMatchObject({ Data: { Status: 2 } })
    service.child.kill('SIGTERM')
    expect((await service.ended).code).toBe(0)
  },
)
