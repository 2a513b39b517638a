import { pagemend } from "pagemend/webpack";
import HtmlPlugin from "html-webpack-plugin";
import webpack from "webpack";
import { define, pagemendOptions } from "../../release.mjs";

export default {
  mode: "production",
  entry: "./main.js",
  output: { filename: "[name].[contenthash].js", publicPath: "/" },
  module: { rules: [{ test: /\.jsx$/, loader: "esbuild-loader", options: { jsx: "automatic", target: "es2022" } }] },
  performance: { hints: false },
  plugins: [new webpack.DefinePlugin(define), new HtmlPlugin({ template: "index.html" }), pagemend(pagemendOptions)],
};
