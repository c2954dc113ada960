import { describe, expect, it } from 'vitest'
import { resolveJob } from '../../../src/config/resolve.ts'
import { outputKeyOf } from '../../../src/config/resolve/output-key.ts'
import { conf, jobWith, readWith } from './help.ts'

const STORAGE = 'RecordingConfig.StorageConfig'
const bucket = (config: Record<string, unknown>) => ({ [STORAGE]: { Bucket: 'b', ...config } })
const errorsOf = (config: Record<string, unknown>) =>
  readWith(bucket(config)).errors.map((line) => line.replace('Data.RecordingConfig.StorageConfig', ''))

describe('outputKeyOf', () => {
  it.each([
    ['', 'j-1.mp4'],
    ['/', 'j-1.mp4'],
    ['/data/mp4/$Jobid.mp4', 'data/mp4/j-1.mp4'],
    ['a/$JOBID', 'a/j-1.mp4'],
    ['$jobId/${JobId}.MP4', 'j-1/j-1.MP4'],
    ['a/b', 'a/b.mp4'],
    ['a/b/', 'a/b/j-1.mp4'],
    ['a//./b.v2', 'a/b.v2.mp4'],
    ['//a', 'a.mp4'],
    ['中文/x', '中文/x.mp4'],
    ['a/\ud800b', 'a/\ufffdb.mp4'],
  ])('makes %j into %j', (prefix, key) => {
    expect(outputKeyOf({ prefix, jobId: 'j-1' })).toEqual({ key })
  })

  it.each(['..', '../a', 'a/../b', 'a/..', 'a\\..\\b'])('refuses %j', (prefix) => {
    expect(outputKeyOf({ prefix, jobId: 'j' })).toEqual({ fault: 'keyLeavesFolder' })
  })

  it.each(['a\u0000b', 'a\nb', 'x'.repeat(2000)])('refuses %j', (prefix) => {
    expect(outputKeyOf({ prefix, jobId: 'j' })).toEqual({ fault: 'keyUnusable' })
  })
})

describe('storage', () => {
  it.each([
    ['ucloud', 'https://s3-r-1.ufileos.com', true],
    ['US3', 'https://s3-r-1.ufileos.com', true],
    ['aws', 'https://s3.r-1.amazonaws.com', false],
    ['aliyun', 'https://oss-r-1.aliyuncs.com', false],
    ['oss', 'https://oss-r-1.aliyuncs.com', false],
    ['tencent', 'https://cos.r-1.myqcloud.com', false],
    ['volcengine', 'https://tos-s3-r-1.volces.com', false],
    ['huawei', 'https://obs.r-1.myhuaweicloud.com', false],
    ['qiniu', 'https://s3.r-1.qiniucs.com', false],
  ])('finds the endpoint of %s', (Vendor, endpoint, pathStyle) => {
    expect(jobWith(bucket({ Vendor, Region: 'r-1' })).storage).toMatchObject({
      kind: 's3',
      region: 'r-1',
      endpoint,
      pathStyle,
    })
  })

  it('is ucloud unless said, and inside its cloud where the settings say so', () => {
    const wire = {
      Internal: { JobId: 'j' },
      Data: {
        TranscodingConfig: { Video: { Width: 16, Height: 16, Fps: 1, BitRate: 1 } },
        RecordingConfig: { StorageConfig: { Bucket: 'b', Region: 'cn-bj' } },
      },
    }
    const inside = { storage: { ...conf.storage, internalNetwork: true } }
    expect(resolveJob({ wire, cfgFolder: '/x', conf: inside }).job?.storage).toEqual({
      kind: 's3',
      vendor: 'ucloud',
      bucket: 'b',
      region: 'cn-bj',
      endpoint: 'http://internal.s3-cn-bj.ufileos.com',
      pathStyle: true,
    })
  })

  it('reads its fields directly in RecordingConfig too, as the table of the vendor has them', () => {
    const fields = {
      Region: 'cn-bj',
      Bucket: 'b',
      PublicKey: 'p',
      SecretKey: 's',
      FileNamePrefix: 'x/$Jobid',
    }
    const flat = readWith({ RecordingConfig: fields })
    expect(flat.warnings).toEqual([])
    expect(flat.job).toEqual(jobWith({ RecordingConfig: { StorageConfig: fields } }))
    expect(flat.job?.outputKey).toBe('x/job-1.mp4')

    const both = readWith({ RecordingConfig: { Bucket: 'other', Region: 'cn-bj', StorageConfig: fields } })
    expect(both.job?.storage).toMatchObject({ bucket: 'b' })
    expect(both.warnings).toEqual([
      'Data.RecordingConfig.Bucket: Bucket gives StorageConfig.Bucket again, with another value; StorageConfig.Bucket counts, remove one of the two',
    ])
  })

  it.each([
    [{}, '.StorageConfig: missing; give an object {...} with Bucket'],
    [{ Vendor: 'local' }, '.Bucket: missing; give text in double quotes that is not empty'],
    [{ Bucket: 'b' }, '.Region: missing; Vendor "ucloud" needs its Region (such as "cn-bj") or an Endpoint'],
    [{ StorageConfig: 'x' }, '.StorageConfig: found text, allowed an object {...} with Bucket'],
  ])('says what RecordingConfig %j lacks', (RecordingConfig, text) => {
    expect(readWith({ RecordingConfig }).errors).toEqual([`Data.RecordingConfig${text}`])
  })

  it('lets Endpoint and PathStyle win for any vendor', () => {
    const config = { Vendor: 'minio', Endpoint: 'http://127.0.0.1:9000/', PathStyle: false }
    expect(jobWith(bucket(config)).storage).toMatchObject({
      vendor: 's3',
      endpoint: 'http://127.0.0.1:9000',
      pathStyle: false,
      region: 'us-east-1',
    })
    expect(jobWith(bucket({ Vendor: 'aws', Endpoint: 'https://h' })).storage).toMatchObject({
      endpoint: 'https://h',
    })
  })

  it.each([
    [
      { Vendor: 's3' },
      '.Endpoint: missing; Vendor "s3" needs the URL of its service, such as "https://minio.example.com:9000"',
    ],
    [{ Vendor: 'aws' }, '.Region: missing; Vendor "aws" needs its Region (such as "cn-bj") or an Endpoint'],
    [{ Region: '' }, '.Region: missing; Vendor "ucloud" needs its Region (such as "cn-bj") or an Endpoint'],
    [
      { Region: 'evil.com/#' },
      '.Region: found "evil.com/#", allowed letters, digits and "-", such as "cn-bj"',
    ],
    [
      { Region: 'a', Bucket: 'evil.com/x' },
      '.Bucket: found "evil.com/x", allowed a bucket name of letters, digits, "-", "_" and "."',
    ],
    [{ Region: 'a', Bucket: '' }, '.Bucket: found "", allowed text in double quotes that is not empty'],
    [
      { Vendor: 'nas' },
      '.Vendor: found "nas", allowed "ucloud", "aws", "s3", "aliyun", "tencent", "volcengine", "huawei", "qiniu", "local"',
    ],
    [
      { Vendor: 's3', Endpoint: 'minio:9000' },
      '.Endpoint: found "minio:9000", allowed an http:// or https:// URL with no user or password in it',
    ],
    [
      { Region: 'a', FileNamePrefix: '../x' },
      '.FileNamePrefix: holds a ".." segment, which could leave the folder; write the key without it',
    ],
    [
      { Region: 'a', FileNamePrefix: 'a\tb' },
      '.FileNamePrefix: gives an object key with control characters or of more than 1000 bytes; shorten it',
    ],
  ])('refuses %j', (config, text) => {
    expect(errorsOf(config)).toContain(text)
    expect(readWith(bucket(config)).exitCode).toBe(1)
  })

  it.each([
    ['PublicKey', 'SecretKey'],
    ['accessKey', 'secretKey'],
    ['AccessKeyId', 'SecretAccessKey'],
    ['accessKeyId', 'secretAccessKey'],
    ['AccessKey', 'SecretKey'],
  ])('reads the keys as %s and %s', (access, secret) => {
    const { job, warnings } = readWith(bucket({ Region: 'r', [access]: ' AK ', [secret]: 'SK' }))
    expect(job?.storage).toMatchObject({ credentials: { accessKeyId: 'AK', secretAccessKey: 'SK' } })
    expect(warnings).toEqual([])
  })

  it('has no credentials unless both keys are filled, and says when only one is', () => {
    const { storage } = jobWith(bucket({ Region: 'r', PublicKey: '', SecretKey: '' }))
    expect(storage).toMatchObject({ kind: 's3', credentials: undefined })
    const { job, warnings } = readWith(bucket({ Region: 'r', PublicKey: 'AK', SecretKey: ' ' }))
    expect(job?.storage).toMatchObject({ kind: 's3', credentials: undefined })
    expect(warnings).toEqual([
      "Data.RecordingConfig.StorageConfig.PublicKey: PublicKey is given and SecretKey is empty; both are ignored, and the machine's own credentials are used",
    ])
  })

  it.each([
    ['bucket', '/jobs/one/bucket'],
    ['./b/../c', '/jobs/one/c'],
    ['../shared', '/jobs/shared'],
    ['/var/x/', '/var/x/'],
  ])('finds the local bucket %s at %s', (written, folder) => {
    expect(jobWith(bucket({ Vendor: 'local', Bucket: written })).storage).toEqual({
      kind: 'local',
      folder,
      bucket: written,
    })
  })
})

describe('the backup storage', () => {
  const BACKUP = 'RecordingConfig.BackupStorageConfig'
  const backup = (config: Record<string, unknown>) => ({ [BACKUP]: { Bucket: 'spare', ...config } })

  it('is there only when it is given', () => {
    expect(jobWith().backupStorage).toBeUndefined()
  })

  it('is read as the first one is, with its own vendor, keys and prefix', () => {
    const { job, warnings } = readWith(
      backup({
        Vendor: 'oss',
        Region: 'cn-hangzhou',
        accessKey: 'AK2',
        SecretKey: 'SK2',
        FileNamePrefix: '/saved/$Jobid',
      }),
    )
    expect(job?.backupStorage).toEqual({
      target: {
        kind: 's3',
        vendor: 'aliyun',
        bucket: 'spare',
        region: 'cn-hangzhou',
        endpoint: 'https://oss-cn-hangzhou.aliyuncs.com',
        pathStyle: false,
        credentials: { accessKeyId: 'AK2', secretAccessKey: 'SK2' },
      },
      outputKey: 'saved/job-1.mp4',
    })
    expect(warnings.filter((line) => !line.includes('"oss"'))).toEqual([])
  })

  it('takes the prefix of the first one where it has none, and can be a folder', () => {
    const changes = { ...bucket({ Region: 'r', FileNamePrefix: 'mixed/' }), ...backup({ Vendor: 'local' }) }
    expect(jobWith(changes).backupStorage).toEqual({
      target: { kind: 'local', folder: '/jobs/one/spare', bucket: 'spare' },
      outputKey: 'mixed/job-1.mp4',
    })
  })

  it('names what is wrong with it by its own path, and what both have wrong once', () => {
    const changes = {
      ...bucket({ Region: 'r', FileNamePrefix: '../x' }),
      ...backup({ Vendor: 's3', Bucket: 'no spaces' }),
    }
    const { job, errors } = readWith(changes)
    expect(job).toBeUndefined()
    const paths = errors.map((line) => /StorageConfig\.\w+/.exec(line)?.[0])
    expect(paths.toSorted()).toEqual([
      'StorageConfig.Bucket',
      'StorageConfig.Endpoint',
      'StorageConfig.FileNamePrefix',
    ])
    expect(errors.filter((line) => line.includes('BackupStorageConfig'))).toHaveLength(2)
  })

  it('does not show its keys', () => {
    const { errors } = readWith(backup({ Region: 'r', SecretKey: { text: 'very-secret' } }))
    expect(errors.join()).toContain('BackupStorageConfig.SecretKey')
    expect(errors.join()).not.toContain('very-secret')
  })
})
