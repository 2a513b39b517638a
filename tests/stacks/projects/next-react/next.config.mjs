export default {
  env: { BUILD: process.env.BUILD },
};
