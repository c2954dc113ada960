/** The worker's settings: names, limits, defaults and meanings. `conf/default.json` is generated from them. */
import { z } from 'zod'
import { ffmpegSchema, limitsSchema } from './conf-schema/ffmpeg.ts'
import { workSchema, logsSchema, reportSchema, indexSchema } from './conf-schema/files.ts'
import { videoSchema, audioSchema, outputSchema, layoutSchema, watermarkSchema } from './conf-schema/film.ts'
import { storageSchema } from './conf-schema/storage.ts'
import { networkSchema, callbackSchema } from './conf-schema/network.ts'
import { serveSchema } from './conf-schema/serve.ts'
import { fleetSchema } from './conf-schema/fleet.ts'
import { schemaLink } from './schema/meaning.ts'

export const confSchema = z.strictObject({
  $schema: schemaLink,
  ffmpeg: ffmpegSchema,
  work: workSchema,
  logs: logsSchema,
  report: reportSchema,
  limits: limitsSchema,
  video: videoSchema,
  audio: audioSchema,
  output: outputSchema,
  layout: layoutSchema,
  watermark: watermarkSchema,
  index: indexSchema,
  network: networkSchema,
  storage: storageSchema,
  callback: callbackSchema,
  serve: serveSchema,
  fleet: fleetSchema,
})

/** Every setting, with defaults applied. */
export type Conf = Omit<z.output<typeof confSchema>, '$schema'>
