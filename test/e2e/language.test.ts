/** The worker in Chinese: every command says in it what it says in English, and its data are the same. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  type Changes,
  type Ended,
  JOB_ID,
  cfgOf,
  furnish,
  indexOf,
  usePlace,
} from '../harness/run-worker.ts'

const CHINESE = { LANG: 'zh_CN.UTF-8' }
const HAN = /[\u4e00-\u9fff]/
/** Four words in a row are English. */
const ENGLISH = /(?:\b[a-z]{2,} ){3}[a-z]{2,}\b/

const place = usePlace()

/** Runs a command line in both languages; in each, all of it is in that language. */
async function inBoth(args: readonly string[]): Promise<{ en: Ended; zh: Ended }> {
  const en = await place.run(args)
  const zh = await place.run(args, { env: CHINESE })
  expect(zh.code).toBe(en.code)
  expect(en.stdout + en.stderr).not.toMatch(HAN)
  for (const text of [zh.stdout, zh.stderr]) {
    if (text !== '') expect(text).toMatch(HAN)
    expect(text).not.toMatch(ENGLISH)
  }
  return { en, zh }
}

const writeCfg = (changes?: Changes) => place.write('cfg.json', cfgOf(changes))
const inVideo = (Video: Changes): Changes => ({ Data: { TranscodingConfig: { Video } } })

describe('chosen', () => {
  it('by the environment, or by --lang over it', async () => {
    const [missing, options] = [join(place.folder, 'none.json'), { env: CHINESE }]
    const says = `${missing}：没有这个文件；请检查路径\n`
    expect((await place.run(['--lang', 'en', missing], options)).stderr).not.toMatch(HAN)
    expect((await place.run([missing], options)).stderr).toBe(`错误：${says}`)
    expect((await place.run(['--lang=zh', missing])).stderr).toBe(`错误：${says}`)
  })

  it('before the command line is understood', async () => {
    const { en, zh } = await inBoth(['--nope', 'cfg.json'])
    expect(en.stderr).toMatch(/^error: there is no option --nope/)
    expect(zh.stderr).toMatch(/^错误：没有选项 --nope；用法见 owt-main --help\n$/)
    expect(zh.code).toBe(1)
  })

  it('from the languages there are', async () => {
    const ended = await place.run(['--lang', 'fr', 'cfg.json'], { env: CHINESE })
    expect(ended).toMatchObject({ code: 1, stdout: '' })
    expect(ended.stderr).toMatch(/^错误：--lang .*"fr".* en、zh/)
  })
})

describe('in Chinese', () => {
  it.each([[[]], [['batch']], [['validate']]])('help %j', async (about) => {
    const { zh } = await inBoth(['--help', ...about])
    expect(zh.stdout).toMatch(/用法：/)
  })

  it('a job runs, and is looked at', async () => {
    await furnish(place, indexOf([ALICE, BOB, { StreamId: 'eve_1', Name: 'none.webm', StartTime: 0 }]))
    const cfg = await writeCfg()
    const plan = await place.run(['plan', cfg], { env: CHINESE })
    expect(plan).toMatchObject({ code: 0 })
    expect(plan.stdout).toMatch(/^ {2}时间段 [^]*^估算\n/m)
    expect(plan.stdout.replaceAll(/--commands|x264|balanced/g, '')).not.toMatch(ENGLISH)

    const ended = await place.run([cfg], { env: CHINESE })
    expect(ended).toMatchObject({ code: 0 })
    expect(ended.stdout).toMatch(
      new RegExp(`^${JOB_ID}：/.*mp4，时长 .* 秒，160x120，10 帧/秒，.*，跳过 1 个录制文件，`),
    )
    expect(ended.stderr).toMatch(/^警告：eve_1：跳过录制文件 "none\.webm"：/m)
    expect(ended.stderr).toMatch(/^编码：完成，用时 /m)
    expect(ended.stdout + ended.stderr).not.toMatch(ENGLISH)

    const result = await place.result()
    expect(result.skipped[0]?.reason).toMatch(HAN)
    expect(result.warnings).toMatchObject([
      { code: 'recordingSkipped', message: expect.stringMatching(/^eve_1：跳过录制文件/) as string },
    ])
    const log = await place.log()
    // What is searched for is the same everywhere: fixed messages, and the codes of the others.
    expect(log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['job read', 'job ended']))
    expect(log.find(({ code }) => code === 'recordingSkipped')?.msg).toMatch(HAN)

    const status = await place.run(['status', JOB_ID], { env: CHINESE })
    expect(status.stdout).toMatch(new RegExp(`^${JOB_ID}：完成，`))
    expect(status.stdout).not.toMatch(ENGLISH)
    const report = await place.run(['report', JOB_ID], { env: CHINESE })
    expect(report).toMatchObject({ code: 0 })
    expect(await readFile(join(place.logDir, `${JOB_ID}.html`), 'utf8')).toMatch(/<html lang="zh/)

    // What was done in Chinese is known to be done in English.
    const again = await place.run([cfg])
    expect(again.stdout).toContain('unchanged since it was done')
  })

  it('a job fails', async () => {
    const { zh } = await inBoth([await writeCfg(inVideo({ Width: '1/2', Profile: 'hihg' }))])
    expect(zh.code).toBe(4)
    expect(zh.stderr).toContain('错误：')
    expect(zh.stderr).toMatch(
      /cfg\.json:\d+:\d+ Data\.TranscodingConfig\.Video\.Profile：.*；是否想写 "high"？/,
    )
    const { error } = await place.result()
    expect(error).toMatchObject({ code: 'configInvalid', message: expect.stringMatching(HAN) as string })
  })

  it('a job is validated', async () => {
    await furnish(place)
    const path = await writeCfg(inVideo({ Profile: 'hihg', Widht: 7 }))
    await place.write(`${JOB_ID}.json`, indexOf())
    const { en, zh } = await inBoth(['validate', path])
    expect(zh.stdout).toMatch(/^错误：\S+cfg\.json:\d+:\d+ Data\.TranscodingConfig\.Video\.Profile\n/)
    expect(zh.stdout).toMatch(/此处是 "hihg"，允许：.*；是否想写 "high"？/)
    expect(zh.stdout).toMatch(/：1 个错误，1 个警告\n$/)
    // Lines of the file and carets do not depend on the language.
    const excerpts = ({ stdout }: Ended) => stdout.split('\n').filter((line) => / \| /.test(line))
    expect(excerpts(zh)).toEqual(excerpts(en))

    const json = async (env: Record<string, string>) => {
      const { stdout } = await place.run(['validate', '--json', path], { env })
      return JSON.parse(stdout) as { problems: { message?: string }[] }
    }
    const [english, chinese] = [await json({}), await json(CHINESE)]
    expect(chinese.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(HAN),
      expect.stringMatching(HAN),
    ])
    const dataOf = ({ problems, ...rest }: typeof english) => ({
      ...rest,
      problems: problems.map(({ message: _, ...data }) => data),
    })
    expect(dataOf(chinese)).toEqual(dataOf(english))
  })

  it('a batch runs, and its jobs speak it too', async () => {
    await furnish(place)
    const StorageConfig = { Bucket: '../bucket' }
    await place.write('jobs/good.json', cfgOf({ Data: { RecordingConfig: { StorageConfig } } }))
    await place.write('jobs/bad.json', cfgOf({ Internal: { JobId: 'bad' }, ...inVideo({ Fps: 0 }) }))
    const ended = await place.run(['batch', '--lang', 'zh', '--jobs', '1', join(place.folder, 'jobs')])
    expect(ended).toMatchObject({ code: 1 })
    expect(ended.stdout).toMatch(/^1\/2 bad：失败（4）：\S+bad\.json:.*：此处是 0，允许：/)
    expect(ended.stdout).toMatch(new RegExp(`^2/2 ${JOB_ID}：完成，用时 .* 秒，`, 'm'))
    expect(ended.stdout).toMatch(/^任务 +状态 +退出码 +用时 +实时倍速 +警告 +跳过 +文件或错误\n/m)
    expect(ended.stdout).toMatch(/^共 2 个任务，用时 .*：完成 1，失败 1；\S+\.json\n$/m)
    expect(ended.stdout + ended.stderr).not.toMatch(ENGLISH)
  })
})
