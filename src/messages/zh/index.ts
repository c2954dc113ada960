import type { en } from '../en/index.ts'
import type { Translation } from '../translation.ts'
import { batch } from './batch.ts'
import { callback } from './callback.ts'
import { change } from './change.ts'
import { config } from './config.ts'
import { fleet } from './fleet.ts'
import { fleetState } from './fleet-state.ts'
import { folder } from './folder.ts'
import { job } from './job.ts'
import { options } from './options.ts'
import { output } from './output.ts'
import { page } from './page.ts'
import { progress } from './progress.ts'
import { plan } from './plan.ts'
import { preview } from './preview.ts'
import { serve } from './serve.ts'
import { status } from './status.ts'
import { storage } from './storage.ts'
import { words } from './words.ts'

/**
 * Chinese (mainland), one file for each file in en/ and typed against it.
 *
 * Style: plain and short; what happened, where, what to do. Full-width punctuation（，。：；、？）, half-width
 * digits, a space between Chinese and Latin letters or digits; field names, codes, options and paths as they are.
 * Text to be copied into a file or a command line keeps straight quotes.
 *
 * Terms, the vendor's where it has one: job 任务, mix 合流, recording 录制文件, stream 流, participant
 * 参与者, clip 片段, segment 时间段, layout 布局, template 模板, region 区域, tile 子画面, canvas 画布, frame 帧,
 * picture 画面, sound 声音, probe 检测, encode 编码, check 校验, chunk 分块, keyframe 关键帧, bitrate 码率, times
 * real time 实时速度的 n 倍, bucket 存储桶, backup bucket 备份存储桶, object key 对象键, upload 上传, fetch 下载,
 * callback 回调, receiver 接收方, index 索引, placeholder 占位符, field 字段, setting 设置项, watermark 水印, work
 * folder 工作目录, folder 目录, log 日志, result 结果, exit code 退出码, warning 警告, error 错误, left out 跳过,
 * credentials 凭证, signature 签名, gap 空缺, join 加入, leave 离开, screen share 屏幕共享.
 */
export const zh: Translation<typeof en> = {
  ...config,
  ...storage,
  ...job,
  ...folder,
  ...fleet,
  ...fleetState,
  ...callback,
  ...change,
  ...batch,
  ...options,
  ...output,
  ...page,
  ...progress,
  ...serve,
  ...status,
  ...words,
  ...plan,
  ...preview,
}
