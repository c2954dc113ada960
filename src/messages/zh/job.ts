import type { job as english } from '../en/job.ts'
import type { Translation } from '../translation.ts'

const MEDIA = { video: '画面', audio: '声音' } as const

const apart = (ms: number): string => `${ms < 0 ? '早' : '晚'} ${Math.abs(ms).toFixed(1)} ms `

const FEATURES = {
  encoder: '编码器',
  decoder: '解码器',
  filter: '滤镜',
  demuxer: '解封装器',
  muxer: '封装器',
} as const
const OUTPUTS = { finished: '成品文件', poster: '封面图', thumbnails: '缩略图', hls: 'HLS 文件' } as const
const PIECES =
  '请在索引中把全部分段按顺序列在同一个流下，带文件开头的分段在最前，或按顺序拼接各分段并列为一个文件'
const DOUBTS = {
  aspect: '文件声称画面的像素宽高比超过 4:1 或低于 1:4，没有摄像头会这样；已按方形像素处理',
  turn: '文件声称的画面旋转角度不是 90 度的整数倍；已按最接近的 90 度倍数旋转',
  mirrored: '文件声称画面应镜像显示；已正向显示，未镜像',
  aspectChanges: '画面的像素宽高比在文件中途改变；整段按开头的宽高比显示，部分画面可能变形',
  coloursChange: '画面的色彩空间或量程在文件中途改变；整段按开头的设置显示，部分画面可能偏淡或偏暗',
  alphaChanges: '只有部分画面的像素格式带透明通道；整段按开头的格式显示',
} as const
const INPUTS = { cfg: '任务文件', index: '索引', updates: '定时更新文件', watermark: '水印图片' } as const

/** 规划、编码与运行任务的消息。 */
export const job: Translation<typeof english> = {
  internal: (p) => `内部错误：${p.detail}`,
  streamBeyondMaximum: (p) =>
    `${p.streamId}：第 ${p.fromSeconds} 秒至第 ${p.toSeconds} 秒${p.others > 0 ? `（以及另外 ${p.others} 次）` : ''}未参与合流，因为 SubscribeConfig.MaxSubscriptions 为 ${p.maximum}，当时已有这么多流先于它加入`,
  streamNeverSeen: (p) => `${p.streamId}：只有声音，从未显示；布局中没有它的区域`,
  recorderOwnClock: (p) =>
    `${p.name}：首个时间戳为 ${p.earliestMs} ms，离 0 太远，不像是偏移量；已放在 StartTime 处`,
  timesMended: (p) =>
    `${p.name}：${MEDIA[p.medium]}中有 ${p.packets} 个数据包的时间戳与前后相差过大，已按相邻数据包重新放置`,
  clockRestarts: (p) =>
    `${p.name}：时间戳中途重新开始，像是录制程序重启后续写了同一个文件；其中 ${p.parts} 段已首尾相接地放置`,
  blockTimesWrapped: (p) =>
    `${p.name}：其中的 cluster 过长，超出数据块 16 位时间的范围（32.8 秒）；已还原溢出的时间戳`,
  clocksApart: (p) => {
    const [its, other] = p.medium === 'video' ? ['画面', '声音'] : ['声音', '画面']
    const apart = `${its}的时间戳比${other}${p.minutes < 0 ? '早' : '晚'} ${Math.abs(p.minutes).toFixed(1)} 分钟`
    return p.isPlaced
      ? `${p.name}：${apart}，而两者在文件中交错存放；已按文件中相邻的${other}放置${its}`
      : `${p.name}：${apart}，且从文件中看不出两者如何对应；未使用${its}`
  },
  piecesJoined: (p) =>
    `${p.name}：后续分段为 ${p.others.slice(0, 5).join('、')}${p.others.length > 5 ? ` 等 ${p.others.length} 个文件` : ''}，这些文件没有自己的开头；已拼接为一个录制，放在第一个文件的 StartTime 处`,
  seekIndexWrong: (p) =>
    `${p.name}：文件自带的索引（Cues、sidx 或 mfra）指向错误的位置；凡用到其中一段时都从文件开头读取，耗时会更长`,
  lengthOther: (p) =>
    `${p.name}：长 ${p.seconds} 秒，而 StartTime 与 EndTime 相差 ${p.said} 秒；从 StartTime 起按实际内容使用，请检查这两个时间`,
  recordingsOverlap: (p) =>
    `${p.streamId}：在 "${p.next}" 的 StartTime 之后，"${p.name}" 还有 ${p.seconds} 秒；此后使用后一个文件的画面和声音，请检查两者的 StartTime`,
  partUnread: (p) =>
    `${p.name}：文件中从第 ${p.at} 字节起是另一段录制，无法与第一段一起读取，其后的内容缺失或损坏；请在该处拆分文件，并在索引中分别列出两部分`,
  pictureDoubtful: (p) => `${p.name}：${DOUBTS[p.doubt]}；如果显示不正确，请重新编码该录制文件`,
  tracksMixed: (p) => `${p.name}：有 ${p.tracks} 条声音轨道；已全部混入，音量不变`,
  speedNotFollowed: (p) => `${p.name}：编辑列表要求其中某些部分加速、减速或定格；已按录制时的速度使用`,
  tracksUnused: (p) =>
    `${p.name}：同类轨道不止一条，未使用：${[...(p.video > 0 ? [`画面 ${p.video} 条`] : []), ...(p.audio > 0 ? [`声音 ${p.audio} 条`] : [])].join('、')}`,
  keyStreamMissing: (p) => `JobConfig.KeyStream ${p.streamId} 不在该任务的流之中，已忽略`,
  ffmpegMissing: () =>
    '没有找到 ffmpeg；请安装 5.1 或更新的版本（apt-get install ffmpeg；已测试 5.1 至 9.0），或在 conf/ 中设置 ffmpeg.path，或设置环境变量 FFMPEG_PATH',
  ffmpegUnusable: (p) =>
    `${p.path}（来自 ${p.from}）无法作为 ffmpeg 运行${p.detail && `（${p.detail}）`}；请检查路径和权限`,
  ffmpegTooOld: (p) =>
    `${p.path} 是 ffmpeg ${p.version}，至少需要 ${p.oldest}（已测试 5.1 至 9.0）；请升级，或在 conf/ 中设置 ffmpeg.path，或设置环境变量 FFMPEG_PATH`,
  ffmpegLacks: (p) =>
    `${p.path}（ffmpeg ${p.version}）缺少该任务需要的功能：${p.features.map(({ kind, name }) => `${FEATURES[kind]} ${name}`).join('、')}；请安装完整版本（apt-get install ffmpeg），或将 conf/ 中的 ffmpeg.path 或环境变量 FFMPEG_PATH 指向完整版本`,
  ffmpegCannotRead: (p) =>
    `${p.path}（ffmpeg ${p.version}）连完好的 ${p.format} 文件也无法读取${p.detail && `（${p.detail}）`}，问题不在录制文件；请换一个 ffmpeg（已测试 5.1 至 9.0），或将 conf/ 中的 ffmpeg.path 或环境变量 FFMPEG_PATH 指向可用的版本`,
  sandboxMissing: () =>
    'conf/ 中的 ffmpeg.sandbox 为 "on"，但在 PATH 中没有找到 bubblewrap（bwrap）；请安装（apt-get install bubblewrap），或将 ffmpeg.sandbox 设为 "auto"，不用沙箱继续运行',
  sandboxUnusable: (p) =>
    `conf/ 中的 ffmpeg.sandbox 为 "on"，但本机上 ${p.bwrap} 无法运行 ${p.path}${p.detail && `（${p.detail}）`}；请允许使用用户命名空间，或使用 /usr 或 /opt 下的 ffmpeg，或将 ffmpeg.sandbox 设为 "auto"，不用沙箱继续运行`,
  sandboxFailed: (p) =>
    `无法为 ffmpeg 建立沙箱（${p.detail}）；可将 conf/ 中的 ffmpeg.sandbox 设为 "off"，不用沙箱运行`,
  ffmpegFailed: (p) => `编码失败（${p.name}）：${p.detail}`,
  ffmpegStalled: (p) => `编码（${p.name}）${p.seconds} 秒内没有进展，已终止`,
  ffmpegFenced: (p) =>
    p.reached === 'memory'
      ? `编码（${p.name}）所需内存超过该任务的上限；请调高 conf/ 中的 limits.memoryMb，或缩小画布`
      : `编码（${p.name}）占用的 CPU 时间远超其时长所需，已终止`,
  canvasTooLarge: (p) =>
    `${p.width} x ${p.height} 的画布约需 ${p.neededMb} MB 内存，而该任务最多可用 ${p.memoryMb} MB；${p.fits} 可以容纳，或调高 conf/ 中的 limits.memoryMb`,
  encoderUnusable: (p) => `video.encoder ${p.encoder} 在本机无法使用，改用 x264 编码：${p.detail}`,
  encoderFailed: (p) => `${p.encoder} 在任务运行中失败，整个画面改由 x264 编码：${p.detail}`,
  framesWrong: (p) => `编码（${p.name}）得到 ${p.made} 帧，应为 ${p.planned} 帧；没有上传任何内容`,
  diskTooSmall: (p) =>
    `该任务约需 ${p.folder} 中的 ${p.neededMb} MB 空间，目前只剩 ${p.freeMb} MB；请清理出空间，或修改 conf/ 中的 work.folder`,
  workDiskFull: (p) =>
    `${p.folder} 所在的磁盘已写满（${p.name}）；请清理出空间后重新启动任务：任务会从中断处继续`,
  noPipe: (p) => `无法创建命名管道 ${p.path}；请用 --work-dir 指定本地磁盘上的目录，然后重新启动任务`,
  systemLimit: (p) =>
    `系统不允许本程序打开更多文件或启动更多进程（${p.code}）；请调高上限（ulimit -n、ulimit -u）后重新启动任务`,
  uploadFailed: (p) => `${p.reason}；成品文件已保留为 ${p.path}，下次运行时上传`,
  uploadBackedUp: (p) => `文件已存入备份存储桶 "${p.bucket}"，对象键为 ${p.key}，原因：${p.first}`,
  usage: (p) => `${p.detail}；用法见 owt-main --help`,
  stopped: (p) => `已被 ${p.signal} 停止；没有上传任何内容`,
  cancelled: () => '已被运行该任务的程序停止；没有上传任何内容',
  jobTooLong: (p) =>
    (p.isSet
      ? `任务用时超过 conf/ 中 limits.jobMinutes 允许的 ${p.minutes} 分钟，已终止；请调高该值`
      : `任务用时超过 ${p.minutes} 分钟，远超按其规划所需的时间，已终止；请在 conf/ 的 limits.jobMinutes 中设置允许的时间`) +
    '，然后重新启动任务：任务会从中断处继续',
  folderNotOwn: (p) =>
    `${p.path} 不是本程序自己的目录：它是链接、属于其他用户，或其中可能有他人放入的内容；请删除它，或换一个 --work-dir`,
  jobRunning: (p) => `${p.jobId} 已在本机运行（进程 ${p.pid}）；请等它结束，或先停止它`,
  recordingsChanged: (p) =>
    `录制文件“${p.name}”${p.others > 0 ? `等 ${p.others + 1} 个文件` : ''}在检查之后发生了变化；没有上传任何内容：请等它写完后重新启动任务`,
  claimLost: () => '本进程停顿过久，其他进程可能已开始写入同一个文件；没有上传任何内容：请重新启动任务',
  indexMissing: (p) => `没有找到任务 ${p.jobId} 的索引；已查找 ${p.places.join('、')}；请用 --index 指定`,
  indexElsewhere: (p) =>
    `--index ${p.url} 不在任务自己的存储桶 "${p.bucket}" 中；请指定该存储桶中的对象，或本地路径`,
  outputIsRecording: (p) =>
    `${OUTPUTS[p.kind]}会覆盖录制文件“${p.name}”；请换一个 RecordingConfig.${p.setting}.FileNamePrefix`,
  outputIsInput: (p) =>
    `${OUTPUTS[p.kind]}会覆盖${INPUTS[p.what]} ${p.name}；请换一个 RecordingConfig.${p.setting}.FileNamePrefix`,
  logIsInput: (p) =>
    `本程序要写入的 ${p.path} 会覆盖${p.what === 'recording' ? '录制文件' : INPUTS[p.what]} ${p.name}；请换一个 --log-dir 或 -o`,
  fileUnreadable: (p) => `无法读取 ${p.path}（${p.reason}）；请检查路径`,
  noUsableStream: (p) =>
    p.skipped > 0
      ? `${p.jobId}：没有可用的流，有 ${p.skipped} 个录制文件无法使用；结果文件中列出了每个文件及原因`
      : `${p.jobId}：没有可用的流；请检查索引中是否列出了录制文件，以及 SubscribeConfig 和 MediaChannel 是否把它们全部排除`,
  skippedStrict: (p) => `有 ${p.count} 项无法使用，而且设置了 --strict；第一项：${p.first}`,
  recordingSkipped: (p) => `${p.streamId}：跳过录制文件 "${p.name}"：${p.reason}`,
  slicesUnused: (p) => `"${p.name}"：${p.of} 个分片中有 ${p.count} 个无法读取，已跳过；请检查`,
  // 录制文件被跳过的原因；文件名由引用处给出。
  empty: () => '文件是空的',
  folder: () => '它是目录',
  unreadable: (p) => `无法读取（${p.detail}）`,
  notMedia: () =>
    `内容不属于 WebM、MP4、Ogg、WAV、MP3、FLAC、AAC 或 TS 中的任何一种；如果是按时间片录制得到的分段，${PIECES}`,
  fragment: () => `是 MP4 文件的后续分段，缺少文件开头，无法单独打开；${PIECES}`,
  broken: (p) => `无法打开${p.detail && `（${p.detail}）`}`,
  noPackets: () => '其中没有可解码的画面或声音',
  codecRefused: (p) => `编码格式为 ${p.detail}，不在 conf/ 的 ffmpeg.codecs 之列；如需解码，请将其加入`,
  pictureTooLarge: (p) =>
    `画面据称为 ${p.detail}，超过任务解码的上限；请调高 conf/ 中的 limits.maxPixels，内存不足时还需调高 limits.memoryMb`,
  stalled: (p) => `读取时 ${p.detail} 秒内没有进展，已终止`,
  hdrNotMapped: (p) =>
    `${p.streamId}："${p.name}" 是高动态范围（HDR）画面，而当前的 ffmpeg 缺少 zscale 或 tonemap，颜色会有偏差；请换用包含这两个滤镜的 ffmpeg`,
  alphaNotDecoded: (p) =>
    `${p.streamId}："${p.name}" 带有透明通道，而当前的 ffmpeg 缺少解码器 libvpx 和 libvpx-vp9，本应透明处会显示被隐藏的画面；请换用包含这两个解码器的 ffmpeg`,
  tooMuchMemory: (p) => `读取时内存超过 ${p.detail} MB，已终止；这种大小的录制文件不需要这么多内存`,
  tooMuchTime: (p) => `读取时间超过 ${p.detail} 秒，已终止；这种大小的录制文件不需要这么久`,
  tooManyPackets: () => '其索引表声明的数据包数超过文件的字节数',
  silentAsAsked: () =>
    'RecordingConfig.MediaChannel 为 2：录制文件中有声音，但按要求输出无声文件；如需同时合成画面和声音，请设为 3',
  nothingSeen: (p) =>
    `整个画面只会有背景：${p.recordings} 个有画面的录制文件都不会显示；请检查 SubscribeConfig、PositionConfig 和 JobConfig，只需要声音时将 RecordingConfig.MediaChannel 设为 1`,
  nothingHeard: (p) =>
    `整个声音会是静音：${p.recordings} 个有声音的录制文件都不会被听到；请检查 SubscribeConfig 和 JobConfig，只需要画面时将 RecordingConfig.MediaChannel 设为 2`,
  loudnessNotMeasured: () => '无法测量合流后声音的响度，音量保持录制时的水平',
  watermarkMissing: (p) => `无法下载水印图片 ${p.source}（${p.reason}），已省略该水印`,
  noSuchObject: () => '没有这个文件或对象',
  largerThan: (p) => `超过 ${p.bytes} 字节`,
  watermarkNoPicture: (p) => `水印图片 ${p.source} 不是 PNG、JPEG、WebP、BMP 或 GIF，已省略该水印`,
  watermarkBroken: (p) => `水印图片 ${p.source} 无法解码，或像素数超过 limits.maxPixels，已省略该水印`,
  tooLong: (p) =>
    `时间戳跨度为 ${p.hours.toFixed(1)} 小时，超过 conf/ 中 limits.maxHours 的上限（${p.maxHours}）`,
  tooManyRecordings: (p) =>
    `索引列出了 ${p.count} 个录制文件，超过 conf/ 中 limits.maxRecordings 的上限（${p.maximum}）；请确认这是正确的文件`,
  timesBeyond: () => '时间戳与 0 相差数百年，无法使用',
  timesUnsound: () => '时间戳相互矛盾之处太多，无法修正',
  undecodable: (p) => `${MEDIA[p.medium]}无法完整解码`,
  undecodedInPart: (p) =>
    p.medium === 'video'
      ? `${p.streamId}：部分画面无法解码，期间保持之前的最后一帧`
      : `${p.streamId}：部分声音无法解码，期间静音`,
  decoderHeavy: (p) =>
    `其解码器可能需要 ${p.mb} MB，在所有录制文件中最多，而全部合计超过了任务可用的内存；请调大 conf/ 中的 limits.memoryMb`,
  trackLeftOut: (p) =>
    p.medium === 'video'
      ? `${p.streamId}：画面无法完整解码，已省略；声音保留`
      : `${p.streamId}：声音无法完整解码，已省略；画面保留`,
  trackRefused: (p) =>
    p.medium === 'video'
      ? `${p.streamId}：已省略画面：${p.reason}；声音保留`
      : `${p.streamId}：已省略声音：${p.reason}；画面保留`,
  checkFailed: (p) => `成品文件与规划不符：${p.found.join('；')}；没有上传，已保留为 ${p.kept}`,
  checkNoTrack: (p) => `没有${MEDIA[p.medium]}`,
  checkFrames: (p) => `有 ${p.made} 帧，应为 ${p.planned} 帧`,
  checkTimes: (p) => `帧 ${p.frame} 的显示时间为 ${p.ms.toFixed(3)} ms`,
  checkStart: (p) => `声音比画面${apart(p.ms)}开始`,
  checkEnds: (p) => `声音比画面${apart(p.ms)}结束`,
  checkEmpty: (p) =>
    `${(p.ms / 1000).toFixed(2)} 秒处，${p.streamId} 的位置只有单一颜色，而它的录制文件并非如此`,
  checkUnchanged: (p) => `在 ${(p.ms / 1000).toFixed(2)} 秒之前，${p.streamId} 的位置没有随布局变化`,
  checkSilent: (p) => `${(p.ms / 1000).toFixed(0)} 秒处没有声音，而 ${p.streamId} 的录制文件有声音`,
}
