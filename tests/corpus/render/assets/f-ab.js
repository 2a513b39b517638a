// Experiment client: shows the page once the variant is known.
window.experiments = { queue: [], ready: false, onReady: function (fn) { this.queue.push(fn); } };
