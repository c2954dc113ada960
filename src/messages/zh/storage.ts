import type { storage as english } from '../en/storage.ts'
import type { Translation } from '../translation.ts'

const READS = { read: '读取', write: '写入' } as const

/** 下载与上传的消息。`where` 是存储桶，`host` 是它的服务；从不含密钥。 */
/** Whether this user may not write there. */
const isDenied = (code: string): boolean => ['EACCES', 'EPERM', 'EROFS'].includes(code)

export const storage: Translation<typeof english> = {
  objectMissing: (p) => `${p.where}：没有对象 "${p.key}"；请检查索引中的 Root 和 Name`,
  objectChanged: (p) => `${p.where}："${p.key}" 每次下载时都被替换或截短；请等它写完后重新运行任务`,
  objectTooLarge: (p) =>
    `${p.where}："${p.key}" 据称有 ${p.bytes} 字节，超过 conf/ 中 limits.maxRecordingMb 允许的 ${p.maxBytes} 字节；请确认文件是否正确`,
  objectNotAFile: (p) =>
    `${p.where}："${p.key}" 是目录或设备，不是文件；请检查索引中的 Root 和 Name，以及 FileNamePrefix`,
  keyLeavesBucket: (p) =>
    `${p.where}："${p.key}" 指向存储桶之外；对象键不能以斜杠开头，不能含 ".."，也不能是指向别处的链接`,
  keyTooLong: (p) =>
    `${p.where}：成品文件或其附属文件的对象键有 ${p.bytes} 字节，超过 S3 的上限 ${p.most}；请缩短 FileNamePrefix`,
  outputClaimed: (p) =>
    `${p.where}：${p.jobId === undefined ? '另一个任务' : `任务 ${p.jobId}`}（进程 ${p.pid}）正在生成 "${p.key}"；请等它结束，或换一个 FileNamePrefix`,
  outputReplaced: (p) =>
    `${p.where}：任务运行期间 "${p.key}" 被写入了其他内容，已保持原样；请换一个 FileNamePrefix，或确保没有其他程序写入该对象键`,
  textTooLarge: (p) => `${p.where}："${p.key}" 超过这类文本文件的上限 ${p.maxBytes} 字节；请确认文件是否正确`,

  folderMissing: (p) => `${p.where}：没有这个目录；请创建它，或更正 StorageConfig.Bucket`,
  folderOutside: (p) =>
    `${p.where}：该目录不在 conf/ 的 storage.localRoots 允许的任何目录中；请更正 StorageConfig.Bucket，或在其中加入目录`,
  watermarkAbsolute: () => '设置了 conf/ 中的 storage.localRoots 时，图片路径只能是相对路径，且不能含 ".."',
  bucketMissing: (p) => `${p.where}：${p.host} 上没有这个存储桶；请检查 StorageConfig.Bucket 和 Region`,
  bucketElsewhere: (p) =>
    `${p.where}：这个存储桶不在 ${p.host} 上（${p.code}）；请将 StorageConfig.Region 和 Endpoint 改为该存储桶所在地域的值`,

  credentialsMissing: (p) =>
    `${p.where}：没有找到凭证；请在 StorageConfig 中填写 PublicKey 和 SecretKey，或设置环境变量 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY`,
  credentialsWithheld: (p) =>
    `${p.where}：StorageConfig 中没有密钥，而本机的凭证只会通过 https 发给各厂商自己的服务；请填写 PublicKey 和 SecretKey，或在 conf/ 的 storage.credentialsFor 中加入 "${p.entry}"`,
  accessKeyUnknown: (p) => `${p.where}：${p.host} 不认识这个访问密钥；请检查 StorageConfig.PublicKey`,
  secretRefused: (p) =>
    `${p.where}：${p.host} 拒绝了签名；请检查 StorageConfig.SecretKey（以及 PublicKey 和 Region）`,
  accessDenied: (p) =>
    `${p.where}：这组凭证无权${READS[p.doing]} "${p.key}"（${p.code}）；请授予该权限` +
    (p.doing === 'read' ? '，或确认该对象存在' : ''),
  credentialsExpired: (p) =>
    `${p.where}：${p.host} 提示凭证已过期（${p.code}）；请在 StorageConfig 中换用新的凭证，或更新环境变量中的凭证`,
  clockSkewed: (p) => `${p.where}：本机时钟不准，${p.host} 拒绝了请求；请校准本机时间`,

  objectArchived: (p) =>
    `${p.where}："${p.key}" 处于归档存储，无法读取；请先恢复（解冻）该对象，或转换为可直接读取的存储类型，然后重新运行任务`,
  accountDisabled: (p) =>
    `${p.where}：${p.host} 已停用该账号（${p.code}）；请让账号所有者联系服务商处理，常见原因是欠费`,
  virtualHostOnly: (p) =>
    `${p.where}：${p.host} 只接受以存储桶域名访问的请求（${p.code}）；请将 StorageConfig.PathStyle 设为 false`,
  httpOnly: (p) =>
    `${p.where}：${p.host} 的这个端口不使用 https；请将 StorageConfig.Endpoint 改为 http://，或改用 https 的端口`,
  addressRefused: (p) =>
    `conf/ 中的 network.allow 和 network.deny 不允许访问 ${p.host}；请更正 cfg.json，或在 conf/ 中放行`,
  httpsOnly: (p) => `${p.where}：${p.host} 的这个端口使用 https；请将 StorageConfig.Endpoint 改为 https://`,
  proxyInvalid: (p) =>
    `环境变量 ${p.variable} 不是有效的 HTTP 代理；请写成 http://host:port 或 https://host:port（主机和端口），或在 conf/ 中将 proxy 设为 false`,
  proxyUnreachable: (p) =>
    `${p.where}：无法连接代理 ${p.proxy}（${p.code}）；请检查 HTTPS_PROXY 和 HTTP_PROXY，或将 ${p.host} 写入 NO_PROXY`,
  proxyRefused: (p) =>
    `${p.where}：代理 ${p.proxy} 不允许访问 ${p.host}（HTTP ${p.status}）；` +
    (p.status === 407
      ? '请在 HTTPS_PROXY 和 HTTP_PROXY 中写上代理所需的用户名和密码'
      : `请在代理上放行 ${p.host}，或将它写入 NO_PROXY`),
  storageUnreachable: (p) =>
    `${p.where}：无法连接 ${p.host}（${p.code}）；请检查网络，以及 StorageConfig 的 Endpoint、Region 和 PathStyle`,
  storageUntrusted: (p) =>
    `${p.where}：${p.host} 的证书不受信任（${p.code}）；请检查 StorageConfig 的 Endpoint 和 PathStyle` +
    (p.lacks === undefined
      ? ''
      : {
          time: '，以及本机时钟',
          issuer: '；如果使用自建 CA，请用 NODE_EXTRA_CA_CERTS 指定其证书文件',
        }[p.lacks]),
  connectionBroke: (p) =>
    `${p.where}：与 ${p.host} 的连接反复中断（${p.code}）；请检查网络，稍后重新运行任务` +
    (p.mayBeHttps
      ? '；它从未响应过，该端口可能只支持 https：如果是，请将 StorageConfig.Endpoint 改为 https://'
      : ''),
  storageTimeout: (p) =>
    `${p.where}：${p.host} 没有按时响应；请稍后重新运行任务，或调大 conf/ 中 storage 的超时时间`,
  storageFailed: (p) =>
    `${p.where}：${READS[p.doing]} "${p.key}" 失败，错误码 ${p.code}` +
    (p.status === undefined ? '' : `（HTTP ${p.status}）`) +
    {
      later: '；服务过载或对该账号限流：请稍后重新运行任务，或调小 conf/ 中的 limits.fetches',
      again: '；这是服务端自身的故障：请稍后重新运行任务',
      none: '；请在该存储服务的文档中查询这个错误码',
    }[p.helps ?? 'none'],

  fetchInterrupted: (p) =>
    `${p.where}：下载 "${p.key}" 时，连接反复在第 ${p.atBytes} 字节处中断（共 ${p.bytes} 字节）；请稍后重新运行任务`,
  fetchTooSlow: (p) =>
    `${p.where}：下载 "${p.key}" 的速度多次低于每秒 ${p.bytesPerSecond} 字节；请检查网络，或调小 conf/ 中的 storage.minBytesPerSecond`,
  transferTooLong: (p) =>
    `${p.where}：${p.doing === 'read' ? '下载' : '上传'} "${p.key}" 超过 ${p.minutes} 分钟（按每秒 ${p.bytesPerSecond} 字节计算，已含重试）；请检查网络和存储服务，或调小 conf/ 中的 storage.minBytesPerSecond`,
  fetchNoRoom: (p) =>
    `${p.where}："${p.key}" 需要 ${p.folder} 中的 ${p.mb} MB 空间，目前剩余 ${p.freeMb} MB，其中须保留 ${p.leaveFreeMb} MB（conf/ 中的 storage.leaveFreeMb）；请清理出空间，修改 work.folder，或用 limits.maxRecordingMb 排除这么大的录制文件`,
  contentDiffers: (p) =>
    `${p.where}："${p.key}" 每次下载到的内容都已损坏（${p.algorithm} 与服务端给出的不一致）；请检查网络和本机内存，然后重新运行任务`,
  uploadTooLarge: (p) =>
    `${p.where}："${p.key}" 有 ${p.bytes} 字节，超过单次上传的上限 ${p.maxBytes} 字节；请降低码率或拆分任务`,
  uploadDiffers: (p) =>
    `${p.where}："${p.key}" 上传了 ${p.sentBytes} 字节，但存储桶中` +
    (p.foundBytes === undefined ? '找不到它' : `有 ${p.foundBytes} 字节`) +
    '；请重新运行任务，并确保没有其他程序写入该对象键',
  uploadDamaged: (p) =>
    `${p.where}："${p.key}" 在存储桶中的内容与上传的不一致（${p.algorithm} 不同）；请不要使用该对象，并重新运行任务`,
  bothUploadsFailed: (p) => `上传失败，向备份存储桶上传也失败：${p.first}；以及：${p.second}`,
  diskFull: (p) => `${p.path}：磁盘已满（${p.code}）；请清理出空间后重新运行任务`,
  fileFailed: (p) =>
    `${p.path}：读写失败，错误码 ${p.code}；请检查它是否存在、权限和剩余空间${isDenied(p.code) ? '；如果是 worker 自己的目录，可用 --work-dir 或 --log-dir 指定其他目录' : ''}`,
}
