"""How entries about people read. They are never public; administrators and auditors read them."""

from portal.accounts.rules import Role
from portal.lib.text import Text
from portal.register.words import describe_subject, describe_verbs, link_subject

describe_subject(
    "account",
    Text("账号", "account"),
    fields={
        "role": Text("身份", "role"),
        "region": Text("地区", "region"),
        "organisation": Text("单位", "organisation"),
        "ended_on": Text("停用日期", "ended on"),
        "second_factor": Text("两步验证", "second factor"),
        "token": Text("访问令牌", "access token"),
        "scopes": Text("范围", "scopes"),
        "expires_on": Text("到期", "expires on"),
        "language": Text("语言", "language"),
        "invitation": Text("邀请", "invitation"),
    },
    values={
        "role": Role.words(),
        "second_factor": {"on": Text("已启用", "on"), "off": Text("未启用", "off")},
    },
)
describe_subject(
    "invitation",
    Text("邀请", "invitation"),
    fields={
        "role": Text("身份", "role"),
        "region": Text("地区", "region"),
        "organisation": Text("单位", "organisation"),
        "state": Text("状态", "state"),
    },
    values={"role": Role.words()},
)
describe_verbs(
    {
        "invited": Text("邀请", "invited"),
        "joined": Text("接受邀请", "accepted the invitation"),
        "ended": Text("停用", "ended"),
        "reactivated": Text("恢复", "reactivated"),
        "unlocked": Text("解除锁定", "unlocked"),
        "password_changed": Text("更改密码", "changed the password"),
        "password_reset": Text("凭邮件重设密码", "reset the password by mail"),
        "second_factor_set": Text("设置两步验证", "set up the second factor"),
        "second_factor_removed": Text("撤除两步验证", "removed the second factor"),
        "recovery_codes_renewed": Text("更换恢复码", "renewed the recovery codes"),
        "token_created": Text("创建访问令牌", "created an access token"),
        "token_ended": Text("停用访问令牌", "ended an access token"),
    }
)
link_subject("account", lambda key: f"/office/people/{key}")
