/** `Data.RecordingConfig`: what is recorded, and where it is stored. */
import { z } from 'zod'
import { MOST } from './limits.ts'
import { OURS } from './meaning.ts'
import { storageSchema } from './storage.ts'

/** The fields of `StorageConfig` directly in `RecordingConfig`: the vendor's table has them there. */
const direct = storageSchema.partial().shape
for (const [name, field] of Object.entries(direct)) {
  field.register(z.globalRegistry, {
    description: `\`StorageConfig.${name}\`, where there is no \`StorageConfig\`.`,
    defaultText: 'none',
    default: undefined,
    vendor: undefined,
  })
}

export const recordingSchema = z.strictObject({
  MediaChannel: z.literal([1, 2, 3]).optional().meta({
    description: 'What the output holds. 2 makes a silent file.',
    default: 3,
    vendor: 'required; its samples have 2',
  }),
  FileType: z
    .union([z.string(), z.array(z.string()).max(MOST.marks)])
    .optional()
    .meta({
      description:
        'Containers to make. Only `mp4` is made; others beside it give a warning, a list without it is an error.',
      default: ['mp4'],
      vendor: 'required, an array; `webm` too, for single streams',
    }),
  ...direct,
  StorageConfig: storageSchema.optional().meta({
    description:
      'The bucket that recordings are read from and the result is put into. Its fields may stand directly in `RecordingConfig` instead.',
    defaultText: 'required, here or as fields of `RecordingConfig`',
    vendor: 'its fields stand directly in `RecordingConfig` in the table, here in the samples',
  }),
  BackupStorageConfig: storageSchema.optional().meta({
    description:
      'A second bucket, for the result when it cannot be put into the first. Without a `FileNamePrefix` of its own it takes that of `StorageConfig`.',
    vendor: OURS,
    sameAs: 'Data.RecordingConfig.StorageConfig',
  }),
})
