import { pagemend } from "pagemend/rspack";
import { rspack } from "@rspack/core";
import { define, pagemendOptions } from "../../release.mjs";

const jsx = { jsc: { parser: { syntax: "ecmascript", jsx: true }, transform: { react: { runtime: "automatic" } } } };

export default {
  mode: "production",
  entry: "./main.js",
  output: { filename: "[name].[contenthash].js", publicPath: "/" },
  module: { rules: [{ test: /\.jsx$/, loader: "builtin:swc-loader", options: jsx, type: "javascript/auto" }] },
  performance: { hints: false },
  plugins: [new rspack.DefinePlugin(define), new rspack.HtmlRspackPlugin({ template: "index.html" }), pagemend(pagemendOptions)],
};
