// What the last resort says, in Chinese and English.
export const TEXTS: Record<string, any> = {
  "zh-CN": {
    title: "页面没有打开",
    resource: "页面的部分文件没有加载成功。",
    script: "页面程序出错，没有显示内容。",
    unsupported: "当前浏览器版本可能过旧，请更新后再试。",
    submit: "如果刚刚提交过申请或付款，请勿重复提交。",
    code: "编号 ",
    help: "客服电话 ",
    button: "重新加载",
  },
  en: {
    title: "This page did not open",
    resource: "Some of its files could not be loaded.",
    script: "An error stopped it before it could show anything.",
    unsupported: "This browser may be too old; please update it.",
    submit: "If you have just sent or paid something, do not do it again.",
    code: "Code ",
    help: "Help: ",
    button: "Reload",
  },
};
