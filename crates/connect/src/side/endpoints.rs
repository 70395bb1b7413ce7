//! Where a product is reached, in the words of the product Location: every one that is answered here, at the address
//! under which this deployment is known.

use crate::action::{About, Codes, Query, Result};
use crate::circuit::parameters::RegionId;
use crate::cx::View;
use rpc::{Choice, Reply, Wire};

/// The version of the product that tells where others are reached.
pub const ENDPOINTS_VERSION: &str = "2015-06-12";

/// The products of which something is answered here, by the names under which clients look for them.
const SERVICES: &[&str] = &["bssopenapi", "ecs", "location", "resourcemanager", "sts", "vpc"];

rpc::text! {
    /// A product's name, in any case.
    pub struct ServiceCode { min: 1, max: 64 }
}

/// `Type` of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum EndpointType {
    /// For everybody.
    #[choice("openAPI")]
    OpenApi,
    /// Within the provider's own network: there is none here.
    #[choice("innerAPI")]
    InnerApi,
}

/// Tells where a product is reached in a region. One that is not answered here has no endpoint, nor has any in a region
/// that there is not.
#[derive(Wire)]
pub struct DescribeEndpoints {
    /// The region.
    id: RegionId,
    /// The product.
    service_code: ServiceCode,
    /// Kind of endpoint.
    #[wire(default = "openAPI")]
    r#type: EndpointType,
}

/// The endpoints of a product.
#[derive(Reply)]
pub struct EndpointsFound {
    /// true.
    success: bool,
    /// One endpoint, or none.
    endpoints: EndpointSet,
}

/// The endpoints of a product.
#[derive(Reply)]
pub struct EndpointSet {
    /// One endpoint each.
    endpoint: Vec<Endpoint>,
}

/// Where a product is reached.
#[derive(Reply)]
pub struct Endpoint {
    /// Host and port.
    endpoint: String,
    /// The region.
    id: String,
    /// Empty.
    namespace: &'static str,
    /// The product, as it was asked for. The misspelt name is the wire's.
    serivce_code: String,
    /// openAPI.
    r#type: &'static str,
    /// What is spoken there.
    protocols: Protocols,
}

/// What is spoken at an endpoint.
#[derive(Reply)]
pub struct Protocols {
    /// HTTP or HTTPS.
    protocols: Vec<&'static str>,
}

impl Query for DescribeEndpoints {
    type Reply = EndpointsFound;
    const ABOUT: About = About::tenant("DescribeEndpoints", "location:DescribeEndpoints")
        .version(ENDPOINTS_VERSION)
        .region(None);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<EndpointsFound> {
        let wanted = self.service_code.as_str();
        let known = SERVICES.iter().any(|service| service.eq_ignore_ascii_case(wanted));
        let here = view.world.catalogue.region(self.id.as_str()).is_some();
        let (protocol, address) = address(&view.world.letters.public_url);
        let found = (known && here && self.r#type == EndpointType::OpenApi).then(|| Endpoint {
            endpoint: address.to_owned(),
            id: self.id.as_str().to_owned(),
            namespace: "",
            serivce_code: wanted.to_owned(),
            r#type: EndpointType::OpenApi.as_str(),
            protocols: Protocols { protocols: vec![protocol] },
        });
        Ok(EndpointsFound { success: true, endpoints: EndpointSet { endpoint: found.into_iter().collect() } })
    }
}

/// What is spoken at a URL, and its host and port.
fn address(url: &str) -> (&'static str, &str) {
    let (protocol, rest) = match url.strip_prefix("https://") {
        Some(rest) => ("HTTPS", rest),
        None => ("HTTP", url.strip_prefix("http://").unwrap_or(url)),
    };
    (protocol, rest.split('/').next().unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_host_and_the_port_of_a_url() {
        assert_eq!(address("http://127.0.0.1:8080"), ("HTTP", "127.0.0.1:8080"));
        assert_eq!(address("https://circuits.example/console/"), ("HTTPS", "circuits.example"));
        assert_eq!(address("https://[::1]:8443"), ("HTTPS", "[::1]:8443"));
    }
}
