/** A bucket, as in `StorageConfig`. */
import { z } from 'zod'
import { shaped } from '../allowed.ts'
import { OURS, REQUIRED } from './meaning.ts'

const SDK = "the AWS SDK's sources, such as `AWS_ACCESS_KEY_ID`"

const text = z.string().optional()
const accessKey = text.meta({ description: 'Another name of `PublicKey`, which wins.', vendor: OURS })
const secretKey = text.meta({ description: 'Another name of `SecretKey`, which wins.', vendor: OURS })

export const storageSchema = z.strictObject({
  Vendor: z
    .enum(['ucloud', 'aws', 's3', 'aliyun', 'tencent', 'volcengine', 'huawei', 'qiniu', 'local'])
    .optional()
    .meta({
      description:
        'Whose bucket it is. `s3` is any S3-compatible service, with its `Endpoint`; `local` is a folder.',
      default: 'ucloud',
      vendor: '`ucloud` only',
    }),
  PublicKey: text.meta({
    description: 'The access key. Never logged.',
    defaultText: SDK,
    vendor: REQUIRED,
  }),
  accessKey,
  AccessKey: accessKey,
  accessKeyId: accessKey,
  AccessKeyId: accessKey,
  SecretKey: text.meta({
    description: 'The secret to it. Never logged.',
    defaultText: SDK,
    vendor: REQUIRED,
  }),
  secretKey,
  secretAccessKey: secretKey,
  SecretAccessKey: secretKey,
  Region: shaped('region', z.string().regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}))?$/))
    .optional()
    .meta({
      description: 'The region, such as `cn-bj`. Not needed where the endpoint holds none.',
      vendor: REQUIRED,
    }),
  Bucket: z.string().min(1).describe('The bucket; with `local` a folder, relative to that of cfg.json.'),
  FileNamePrefix: text.meta({
    description:
      'Object key of the finished file. `$Jobid`, in any case, is the job id; a leading `/` is dropped; `.mp4` is added where it is missing; one that ends in `/` is a folder for `<JobId>.mp4`.',
    defaultText: '`<JobId>.mp4`',
    vendor: 'required; the name of the file',
  }),
  Endpoint: shaped('httpUrl', z.string().regex(/^(?:https?:\/\/[^\s/?#@\\]+(?:\/[^\s?#@\\]*)?)?$/i))
    .optional()
    .meta({
      description: 'URL of the service, instead of that in `storage.endpoints`. Required with `s3`.',
      defaultText: 'by `Vendor`',
      vendor: OURS,
    }),
  PathStyle: z.boolean().optional().meta({
    description: "Whether the bucket stands in the URL's path and not in its host name.",
    defaultText: 'true for `ucloud` and `s3`, else false',
    vendor: OURS,
  }),
})
