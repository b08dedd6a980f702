//! A connection of ureq's own whose time-outs are exact: through a SOCKS proxy there is no other. All the rest go through `tcp`.

use std::time::{Duration, Instant};

use ureq::unversioned::transport::{Buffers, NextTimeout, Transport};

/// Linux counts a socket's time-out in ticks that grow with it, and rounds up: by up to an eighth, so that a deadline of 30 s can be missed by seconds.
/// A long wait is therefore made of shorter ones, each of which may run over without reaching the end.
#[derive(Debug)]
pub struct Punctual<T>(pub T);

/// Of a wait this short an eighth does not matter.
const SHORT: Duration = Duration::from_millis(200);

impl<T: Transport> Transport for Punctual<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    /// Not cut up: nobody could tell how much had been sent. Our requests are smaller than any socket's buffer.
    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), ureq::Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
        let Some(end) = Instant::now().checked_add(*timeout.after) else { return self.0.await_input(timeout) };
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if left <= SHORT {
                return self.0.await_input(NextTimeout { after: left.into(), ..timeout });
            }
            match self.0.await_input(NextTimeout { after: (left * 3 / 4).into(), ..timeout }) {
                Err(ureq::Error::Timeout(_)) => {}
                done => return done,
            }
        }
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}

#[cfg(test)]
mod tests {
    use ureq::Timeout;
    use ureq::unversioned::transport::LazyBuffers;

    use super::*;

    /// Nothing ever comes, and every time-out runs over by an eighth.
    #[derive(Debug)]
    struct Linux(LazyBuffers);

    impl Transport for Linux {
        fn buffers(&mut self) -> &mut dyn Buffers {
            &mut self.0
        }

        fn transmit_output(&mut self, _: usize, _: NextTimeout) -> Result<(), ureq::Error> {
            Ok(())
        }

        fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, ureq::Error> {
            std::thread::sleep(*timeout.after * 9 / 8);
            Err(ureq::Error::Timeout(timeout.reason))
        }

        fn is_open(&mut self) -> bool {
            true
        }
    }

    #[test]
    fn a_long_wait_ends_when_it_should_though_its_parts_run_over() {
        let wait = |transport: &mut dyn Transport| {
            let started = Instant::now();
            let timeout = NextTimeout { after: Duration::from_secs(2).into(), reason: Timeout::Global, per_read: None, per_write: None };
            assert!(matches!(transport.await_input(timeout), Err(ureq::Error::Timeout(Timeout::Global))));
            started.elapsed()
        };
        let linux = || Linux(LazyBuffers::new(16, 16));
        assert!(wait(&mut linux()) >= Duration::from_millis(2_250));
        // A busy machine may be late once more; the code would be late each time.
        let tries: Vec<_> = std::iter::repeat_with(|| wait(&mut Punctual(linux())).as_millis()).take(5).collect();
        assert!(tries.iter().all(|took| *took >= 2_000) && tries.iter().any(|took| *took < 2_150), "{tries:?} ms");
    }
}
