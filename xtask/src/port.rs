//! Which port a server takes.
use anyhow::{Result, bail};
use std::net::TcpListener;

/// The one that is wished for, which must be free; without a wish the usual one, or any.
pub fn free(wished: Option<u16>, usual: u16) -> Result<u16> {
    let bind = |port: u16| TcpListener::bind(("127.0.0.1", port));
    match wished {
        Some(port) if bind(port).is_err() => bail!("port {port} is taken; name another with --port, or none"),
        Some(port) => Ok(port),
        None => Ok(bind(usual).or_else(|_| bind(0))?.local_addr()?.port()),
    }
}

#[cfg(test)]
mod tests {
    use super::free;
    use std::net::TcpListener;

    #[test]
    fn a_port_that_is_taken_is_refused_where_it_was_wished_for_and_replaced_where_it_is_usual() {
        let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(free(Some(port), port).unwrap_err().to_string().contains(&port.to_string()));
        assert_ne!(free(None, port).unwrap(), port);
    }
}
