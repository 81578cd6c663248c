"""What can go wrong with the embedded server, in words that say how to mend it?"""

SENTENCES: dict[str, tuple[str, str]] = {
    "no_binaries": (
        "This machine has no embedded PostgreSQL (no wheel for {platform}). "
        "Set DATABASE_URL to a PostgreSQL 15 or newer.",
        "本机没有内置 PostgreSQL（{platform} 无安装包）。请把 DATABASE_URL 指向 PostgreSQL 15 或更高版本。",
    ),
    "unreachable": (
        "The account {account}, which runs PostgreSQL, may not enter {folder}. "
        "Choose another data folder (XIAOJIA_HOME=/var/lib/xiaojia), or allow it: chmod o+x {folder}",
        "运行 PostgreSQL 的账户 {account} 无权进入 {folder}。"
        "请另选数据目录（XIAOJIA_HOME=/var/lib/xiaojia），或放行：chmod o+x {folder}",
    ),
    "no_account": (
        "Running as root needs an unprivileged account for PostgreSQL, and there is neither postgres nor nobody. "
        "Create one: useradd --system postgres",
        "以 root 运行时需要一个普通账户来运行 PostgreSQL，"
        "但 postgres 和 nobody 都不存在。请创建：useradd --system postgres",
    ),
    "disk_full": (
        "The disk that holds {folder} is full ({free_mb} MB free, {needed_mb} MB needed). "
        "Free some space and start again.",
        "{folder} 所在磁盘已满（剩余 {free_mb} MB，需要 {needed_mb} MB）。请清理后重新启动。",
    ),
    "not_writable": (
        "The data folder {folder} cannot be written by this user. Choose another with XIAOJIA_HOME.",
        "当前用户不能写入数据目录 {folder}。请用 XIAOJIA_HOME 另选目录。",
    ),
    "wrong_version": (
        "The data in {folder} belong to PostgreSQL {found}, this version of Xiaojia brings {expected}. "
        "Start the old version, make a backup, and restore it with this one.",
        "{folder} 中的数据属于 PostgreSQL {found}，本版本自带 {expected}。请用旧版本做备份，再用本版本恢复。",
    ),
    "wrong_password": (
        "The database in {folder} refuses the password in secrets.json: the two do not belong together. "
        "Put back the secrets.json of this data folder, or restore a backup.",
        "{folder} 中的数据库拒绝 secrets.json 里的密码：两者不是一套。请放回原来的 secrets.json，或从备份恢复。",
    ),
    "socket_folder_taken": (
        "The folder {folder} for the database socket belongs to somebody else. Use a shorter XIAOJIA_HOME.",
        "数据库套接字目录 {folder} 属于其他用户。请使用更短的 XIAOJIA_HOME。",
    ),
    "initdb_failed": (
        "The database could not be created in {folder}: {detail}",
        "无法在 {folder} 创建数据库：{detail}",
    ),
    "start_failed": (
        "PostgreSQL in {folder} does not start: {detail} (the whole log: {log})",
        "{folder} 中的 PostgreSQL 无法启动：{detail}（完整日志：{log}）",
    ),
    "start_timeout": (
        "PostgreSQL in {folder} did not answer within {seconds} s. "
        "It may still be recovering: see {log}, then start again.",
        "{folder} 中的 PostgreSQL 在 {seconds} 秒内没有应答，可能仍在恢复：请查看 {log}，然后重新启动。",
    ),
}


class PostgresError(Exception):
    """The embedded server cannot be used; `code` is a key of SENTENCES, filled in two languages."""

    def __init__(self, code: str, **params: object) -> None:
        self.code, self.params = code, params
        self.english, self.chinese = (sentence.format(**params) for sentence in SENTENCES[code])
        super().__init__(self.english)
