/** job.acquire: reserves a job. It costs nothing and is kept for what is still to come. */
import { CODES } from '../codes.ts'
import { isEnded } from '../served-job.ts'
import { type Action, newJob, refused } from './action.ts'
import { DATA } from './data-schemas.ts'

/** A JobId is a file name. */
const LONGEST_PART = 80

export const acquire: Action = {
  name: 'job.acquire',
  ack: 'job.init',
  data: DATA.none,
  isOfJob: false,
  apply({ request, job, owner, world }) {
    const { appId = owner, roomId, mode = 1, jobId } = request
    if (appId === '') return refused(CODES.badParameters, 'Internal.AppId: missing')
    if (roomId === undefined) return refused(CODES.badParameters, 'Internal.RoomId: missing')
    if (job && !isEnded(job.state)) return refused(CODES.jobExists, 'the job is there already')
    if (world.noRoom !== undefined) return refused(CODES.failed, world.noRoom)
    const seconds = Math.floor(world.nowMs / 1000)
    const part = (text: string) => text.replaceAll(/[^A-Za-z0-9._-]/g, '_').slice(0, LONGEST_PART)
    const given = jobId ?? `${part(appId)}-${part(roomId)}-${mode}-${seconds}-${world.random}`
    const made = newJob(request, { owner, nowMs: world.nowMs }, given)
    return { code: CODES.ok, job: made, data: { JobId: given } }
  },
}
