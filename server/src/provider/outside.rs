//! Asking a provider over the network: nothing else of the server speaks to the outside. Bounded in time and in bytes, following nothing, and never led to a
//! machine of the inside that the operator did not name.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    pin::Pin,
    sync::{Arc, Once},
    time::Duration,
};

use futures::StreamExt;
use openidconnect::url::Host;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect::Policy,
};

/// Bytes of one answer: the documents of a provider are a few thousand.
const ANSWER_BYTES_MAX: usize = 256 * 1024;
const CONNECT: Duration = Duration::from_secs(4);
const ANSWER: Duration = Duration::from_secs(8);
/// Questions under way at once: signing in is not a way to make us ask.
const ASKED_AT_ONCE: usize = 8;

/// Why a provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum OutsideError {
    #[error("the address is not one to ask")]
    Forbidden,
    #[error("the answer is larger than allowed")]
    TooLarge,
    #[error("too many questions are under way")]
    Busy,
    #[error("no answer")]
    Unreachable(#[from] reqwest::Error),
    #[error("the answer cannot be read")]
    Unreadable(#[from] openidconnect::http::Error),
}

/// The way to providers.
pub struct Outside {
    http: reqwest::Client,
    inside: Arc<[String]>,
    turns: tokio::sync::Semaphore,
}

static TLS: Once = Once::new();

impl Outside {
    /// `inside` names the hosts (`host` or `host:port`) that may have an address of the inside.
    ///
    /// # Errors
    /// When the machine's certificates cannot be read.
    pub fn open(inside: &[String]) -> reqwest::Result<Self> {
        // The second server of one process finds it set.
        TLS.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
        let inside: Arc<[String]> = inside.iter().map(|host| host.to_lowercase()).collect();
        let http = reqwest::Client::builder()
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .dns_resolver(Arc::new(PublicOnly { inside: inside.clone() }))
            .build()?;
        Ok(Self { http, inside, turns: tokio::sync::Semaphore::const_new(ASKED_AT_ONCE) })
    }

    /// Whether an address may be asked: `https` to a public host, or a host that the operator named; without TLS only on this very machine.
    pub fn may_ask(&self, url: &Url) -> bool {
        let Some(host) = url.host() else { return false };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let is_named = is_named(&self.inside, url);
        let is_here = match host {
            Host::Domain(name) => name == "localhost",
            Host::Ipv4(address) => address.is_loopback(),
            Host::Ipv6(address) => address.is_loopback(),
        };
        let is_outside = match host {
            // What the name leads to is looked at when it is resolved.
            Host::Domain(name) => is_named || !names_a_port_of(&self.inside, name),
            Host::Ipv4(address) => is_public(address.into()),
            Host::Ipv6(address) => is_public(address.into()),
        };
        match url.scheme() {
            "https" => is_named || is_outside,
            "http" => is_named && is_here,
            _ => false,
        }
    }

    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, OutsideError> {
        let _turn = self.turns.try_acquire().map_err(|_| OutsideError::Busy)?;
        let request: reqwest::Request = request.try_into()?;
        if !self.may_ask(request.url()) {
            return Err(OutsideError::Forbidden);
        }
        let response = self.http.execute(request).await?;
        let (status, headers) = (response.status(), response.headers().clone());
        let (mut body, mut stream) = (Vec::new(), response.bytes_stream());
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(OutsideError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = openidconnect::http::Response::builder().status(status).body(body)?;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

impl<'c> AsyncHttpClient<'c> for Outside {
    type Error = OutsideError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OutsideError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(self.ask(request))
    }
}

fn is_named(inside: &[String], url: &Url) -> bool {
    let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else { return false };
    inside.iter().any(|named| named == host || *named == format!("{host}:{port}"))
}

/// Whether the operator named one port of this host, and not the host: the others stay closed.
fn names_a_port_of(inside: &[String], host: &str) -> bool {
    inside.iter().any(|named| named.split_once(':').is_some_and(|(name, _)| name == host))
}

/// Resolves names, and leaves out what is not of the public network: a public name can be made to lead inside.
struct PublicOnly {
    inside: Arc<[String]>,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let is_named = self.inside.iter().any(|named| named.split(':').next() == Some(name.as_str()));
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.filter(|address| is_named || is_public(address.ip())).collect();
            if found.is_empty() { Err(OutsideError::Forbidden.into()) } else { Ok(Box::new(found.into_iter()) as Addrs) }
        })
    }
}

/// Whether an address is one of the public network.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || first == 0
        // Shared by carriers (RFC 6598), of protocols (RFC 6890), of benchmarks (RFC 2544), reserved.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second))
        || first >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    // Another network's address inside this one's: mapped, compatible, NAT64, 6to4, Teredo. Whatever it hides is not asked.
    let is_wrapped = address.to_ipv4().is_some() || segments[0] == 0x64 && segments[1] == 0xff9b || segments[0] == 0x2002 || segments[..2] == [0x2001, 0];
    // Only 2000::/3 is given out.
    let is_given_out = segments[0] & 0xe000 == 0x2000;
    let is_documentation = segments[0] == 0x2001 && segments[1] == 0xdb8 || segments[0] == 0x3fff;
    is_given_out && !is_wrapped && !is_documentation
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(inside: &[&str]) -> Outside {
        Outside::open(&inside.iter().map(|host| (*host).to_owned()).collect::<Vec<_>>()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn may(outside: &Outside, url: &str) -> bool {
        outside.may_ask(&Url::parse(url).unwrap_or_else(|error| panic!("{url}: {error}")))
    }

    #[test]
    fn only_the_public_network_is_asked_and_over_tls() {
        let outside = outside(&[]);
        for url in ["https://idp.ville.example", "https://idp.ville.example:8443/realms/x", "https://1.1.1.1/"] {
            assert!(may(&outside, url), "{url}");
        }
        for url in [
            "http://idp.ville.example",
            "ftp://idp.ville.example",
            "https://someone:secret@idp.ville.example",
            "https://127.0.0.1/",
            "https://10.1.2.3/",
            "https://172.16.0.1/",
            "https://192.168.1.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/",
            "https://0.0.0.0/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[fd00::1]/",
            "https://[fe80::1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
        ] {
            assert!(!may(&outside, url), "{url}");
        }
    }

    #[test]
    fn a_host_of_the_inside_is_asked_when_the_operator_named_it_and_in_clear_only_here() {
        let outside = outside(&["127.0.0.1:4000", "IDP.interne"]);
        for url in ["http://127.0.0.1:4000/", "https://127.0.0.1:4000/", "https://idp.interne/", "https://idp.interne:8443/"] {
            assert!(may(&outside, url), "{url}");
        }
        for url in ["http://127.0.0.1:4001/", "http://idp.interne/", "https://10.0.0.1/"] {
            assert!(!may(&outside, url), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_followed() {
        let resolver = PublicOnly { inside: Arc::from(Vec::new()) };
        let name = "localhost".parse().unwrap_or_else(|_| panic!("a name"));
        assert!(resolver.resolve(name).await.is_err());
        let resolver = PublicOnly { inside: Arc::from(vec!["localhost:1".to_owned()]) };
        let name = "localhost".parse().unwrap_or_else(|_| panic!("a name"));
        assert!(resolver.resolve(name).await.is_ok());
    }
}
