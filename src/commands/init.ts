/** `init`: writes the index and the cfg.json of a folder of recordings. */
import { existsSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Invocation } from '../cli/invocation.ts'
import { EXIT, type ExitCode, JobError } from '../errors.ts'
import { replaceText } from '../files/write-file.ts'
import { cfgText, indexText, jobIdFrom } from '../folder/job.ts'
import { PACKAGE } from '../host/package.ts'
import { say } from '../messages/index.ts'
import { findRoom } from '../scan/find-room.ts'
import { roomText } from '../scan/room-text.ts'
import { word } from '../text/shell.ts'
import { correctionsOf, filmOf } from './wishes.ts'

/** @returns the exit code */
export async function init(invocation: Invocation): Promise<ExitCode> {
  const { paths: [path = '.'] = [], force, quiet } = invocation
  if ((await stat(path).catch(() => undefined))?.isFile() === true)
    throw new JobError({ code: 'folderNoFolder', params: { path } }, { fault: 'config' })
  const { room, scanned } = await findRoom({
    paths: [path],
    corrections: correctionsOf(invocation),
    except: [],
  })
  const jobId = jobIdFrom(scanned.name)
  const cfg = join(path, 'cfg.json')
  const index = join(path, `${jobId}.json`)
  for (const file of [cfg, index]) {
    if (!force && existsSync(file))
      throw new JobError({ code: 'initExists', params: { path: file } }, { fault: 'config' })
  }
  const schema = (name: string) => relative(scanned.path, join(PACKAGE, 'conf', name))
  const wishes = {
    ...filmOf(invocation),
    jobId,
    roomId: scanned.name,
    bucket: '.',
    key: 'output/$Jobid.mp4',
  }
  await replaceText(index, indexText(room, { jobId, root: '', schema: schema('index.schema.json') }))
  await replaceText(cfg, cfgText(wishes, schema('cfg.schema.json')))
  if (!quiet) process.stdout.write(`${roomText(room)}\n`)
  const command = `owt-main ${word(cfg)}`
  process.stdout.write(`${say({ code: 'initWritten', params: { cfg, index, command } })}\n`)
  return EXIT.done
}
