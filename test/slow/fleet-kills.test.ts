/**
 * Jobs on a fleet of which something is killed at a random moment: a machine, the machine that runs the job, or Redis.
 * `TEST_FLEET_KILLS=20 npm run test:slow -- fleet-kills` does it so often; without the variable nothing is run.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type Machine, startMachine, takesTasks } from '../harness/fleet.ts'
import { BUCKET, ownCredentials, useFleetBucket } from '../harness/fleet-bucket.ts'
import { useRedis } from '../harness/redis.ts'
import { JOB_ID, usePlace } from '../harness/run-worker.ts'
import { CHUNKED, packetsHash, s3CfgOf } from '../harness/short-job.ts'

const KILLS = Number(process.env['TEST_FLEET_KILLS'] ?? 0)
const KEY = `mixed/${JOB_ID}.mp4`
const MACHINES = 3

const place = usePlace()
const redis = useRedis()
const { server, front } = useFleetBucket()

it.runIf(KILLS > 0)(
  `the film is the same after each of ${KILLS} kills`,
  { timeout: KILLS * 120_000 },
  async () => {
    const queue = { OWT_FLEET_QUEUE: redis().url, OWT_FLEET_ALONE_MS: '600000' }
    const own = {
      ...queue,
      OWT_FLEET_TASKS: '1',
      ...ownCredentials(front),
    }
    const cfg = await place.write('cfg.json', s3CfgOf(front, BUCKET))
    const args = ['--quiet', '--force', cfg]
    const film = async () => packetsHash((await server.get(BUCKET, KEY)) ?? '', place)
    expect(await place.run(args, { env: CHUNKED })).toMatchObject({ code: 0 })
    const undisturbed = await film()
    const env = { ...CHUNKED, ...queue }
    const machines: Machine[] = []
    try {
      let longestMs = 0
      for (let kill = 0; kill < KILLS; kill++) {
        while (machines.length < MACHINES) machines.push(await startMachine(own))
        for (const machine of machines) await takesTasks(machine)
        const startMs = performance.now()
        let job = place.start(args, { env })
        const victim =
          kill === 0 ? 'nothing' : ['machine', 'machine', 'run', 'Redis'][Math.floor(Math.random() * 4)]
        const momentMs = Math.round(Math.random() * longestMs)
        if (victim !== 'nothing') await pause(momentMs)
        if (victim === 'machine') {
          const [machine] = machines.splice(Math.floor(Math.random() * machines.length), 1)
          machine?.child.kill('SIGKILL')
          await machine?.ended
          await machine?.place.remove()
        } else if (victim === 'run') {
          job.child.kill('SIGKILL')
          await job.ended
          job = place.start(args, { env })
        } else if (victim === 'Redis') {
          await redis().kill()
          await redis().start()
        }
        expect(await job.ended).toMatchObject({ code: 0, stderr: '' })
        const tookMs = Math.round(performance.now() - startMs)
        // The first is not disturbed: it tells how long a job takes.
        longestMs ||= tookMs
        process.stdout.write(`${kill}: ${victim} at ${momentMs} ms, done after ${tookMs} ms\n`)
        expect(await film()).toBe(undisturbed)
        expect((await server.keys(BUCKET)).filter((key) => key.includes('.owt/'))).toEqual([])
        expect(front.pendingUploads()).toBe(0)
        expect(await place.workLeft()).toEqual([])
      }
    } finally {
      for (const { child, ended, place: folder } of machines) {
        child.kill('SIGKILL')
        await ended
        await folder.remove()
      }
    }
  },
)
