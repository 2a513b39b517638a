// The lazy view.
export default function Plan() {
  return <p id="view">The plan of release {process.env.BUILD}</p>;
}
