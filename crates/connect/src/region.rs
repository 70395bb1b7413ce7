//! Regions, zones and access points, straight from the catalogue.

use crate::action::{About, Codes, Query, Result};
use crate::catalogue::AccessPoint;
use crate::circuit::parameters::RegionId;
use crate::codes;
use crate::cx::View;
use crate::page::{Page, PageNumber, PageSize, wire_count};
use rpc::{Choice, Reply, Wire};

/// Language of the names in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Language {
    /// Chinese.
    #[choice("zh-CN")]
    Chinese,
    /// English.
    #[choice("en-US")]
    English,
}

/// Language of zone names. Japanese ones are not kept; English ones are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum ZoneLanguage {
    /// Chinese.
    #[choice("zh-cn")]
    Chinese,
    /// English.
    #[choice("en-us")]
    English,
    /// Japanese.
    #[choice("ja")]
    Japanese,
}

/// The version of the product Ecs, of which clients ask for the regions, too (contract, clients section 11).
pub const ECS_VERSION: &str = "2014-05-26";

/// Lists the regions.
#[derive(Wire)]
pub struct DescribeRegions {
    /// Language of the names.
    #[wire(default = "zh-CN")]
    accept_language: Language,
    /// Product the list is for; the list is the same for all.
    #[wire(default = "VPC")]
    product_type: String,
}

/// The regions.
#[derive(Reply)]
pub struct Regions {
    /// The regions.
    regions: RegionSet,
}

/// The regions.
#[derive(Reply)]
pub struct RegionSet {
    /// One region each.
    region: Vec<RegionAnswer>,
}

/// A region.
#[derive(Reply)]
pub struct RegionAnswer {
    /// Its id.
    region_id: String,
    /// Its name in the language asked for.
    local_name: String,
    /// Host name of its endpoint.
    region_endpoint: String,
}

impl Query for DescribeRegions {
    type Reply = Regions;
    const ABOUT: About =
        About::tenant("DescribeRegions", "vpc:DescribeRegions").region(None).also_in(&[ECS_VERSION]);
    const ERRORS: Codes = &[];

    fn answer(&self, view: &mut View<'_>) -> Result<Regions> {
        let named = |region: &crate::catalogue::Region| match self.accept_language {
            Language::Chinese => region.name_zh.clone(),
            Language::English => region.name_en.clone(),
        };
        let region = view
            .world
            .catalogue
            .regions()
            .iter()
            .map(|region| RegionAnswer {
                region_id: region.id.clone(),
                local_name: named(region),
                region_endpoint: region.endpoint.clone(),
            })
            .collect();
        Ok(Regions { regions: RegionSet { region } })
    }
}

/// Lists the zones of a region.
#[derive(Wire)]
pub struct DescribeZones {
    /// Region of the zones.
    region_id: RegionId,
    /// Language of the names.
    accept_language: Option<ZoneLanguage>,
    /// Kind of zone; only AvailabilityZone exists, and others list nothing.
    #[wire(default = "AvailabilityZone")]
    zone_type: String,
}

/// The zones.
#[derive(Reply)]
pub struct Zones {
    /// The zones.
    zones: ZoneSet,
}

/// The zones.
#[derive(Reply)]
pub struct ZoneSet {
    /// One zone each.
    zone: Vec<ZoneAnswer>,
}

/// A zone.
#[derive(Reply)]
pub struct ZoneAnswer {
    /// Its id.
    zone_id: String,
    /// Its name in the language asked for.
    local_name: String,
    /// Kind of zone.
    zone_type: &'static str,
}

/// The only kind of zone.
const ZONE_TYPE: &str = "AvailabilityZone";

impl Query for DescribeZones {
    type Reply = Zones;
    const ABOUT: About = About::tenant("DescribeZones", "vpc:DescribeZones");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<Zones> {
        let region = view.world.catalogue.region(self.region_id.as_str());
        let region = region.ok_or(&codes::INVALID_REGION_ID_NOT_FOUND)?;
        let zones = region.zones.iter().filter(|_| self.zone_type == ZONE_TYPE);
        let zone = zones
            .map(|zone| ZoneAnswer {
                zone_id: zone.id.clone(),
                local_name: match self.accept_language {
                    Some(ZoneLanguage::English | ZoneLanguage::Japanese) => zone.name_en.clone(),
                    Some(ZoneLanguage::Chinese) | None => zone.name_zh.clone(),
                },
                zone_type: ZONE_TYPE,
            })
            .collect();
        Ok(Zones { zones: ZoneSet { zone } })
    }
}

/// Lists the access points of a region.
#[derive(Wire)]
pub struct DescribeAccessPoints {
    /// Region of the access points.
    region_id: RegionId,
    /// Language of the names.
    #[wire(default = "en-US")]
    accept_language: Language,
    /// Page, counted from 1.
    #[wire(default = "1")]
    page_number: PageNumber,
    /// Rows of a page; more than 50 is taken as 50.
    #[wire(default = "10")]
    page_size: PageSize,
}

/// A page of access points.
#[derive(Reply)]
pub struct AccessPoints {
    /// Rows that match, over all pages.
    total_count: i32,
    /// Page returned.
    page_number: i32,
    /// Rows of a page.
    page_size: i32,
    /// The access points.
    access_point_set: AccessPointSet,
}

/// The access points of a page.
#[derive(Reply)]
pub struct AccessPointSet {
    /// One access point each.
    access_point_type: Vec<AccessPointAnswer>,
}

/// An access point.
#[derive(Reply)]
pub struct AccessPointAnswer {
    /// Its id.
    access_point_id: String,
    /// Its name in the language asked for.
    name: String,
    /// What it is.
    description: String,
    /// recommended, hot, full or disabled.
    status: &'static str,
    /// Always VPC.
    r#type: &'static str,
    /// Region it serves.
    attached_region_no: String,
    /// Address of the building.
    location: String,
    /// Who runs the building.
    host_operator: String,
    /// What its devices can do; the list is there even when empty.
    access_point_feature_models: FeatureSet,
}

/// The features of an access point.
#[derive(Reply)]
pub struct FeatureSet {
    /// One feature each.
    access_point_feature_model: Vec<Feature>,
}

/// A feature.
#[derive(Reply)]
pub struct Feature {
    /// Its name.
    feature_key: String,
    /// Its value.
    feature_value: String,
}

impl Query for DescribeAccessPoints {
    type Reply = AccessPoints;
    const ABOUT: About = About::tenant("DescribeAccessPoints", "vpc:DescribeAccessPoints");
    const ERRORS: Codes = &[];

    fn region(&self) -> Option<&str> {
        Some(self.region_id.as_str())
    }

    fn answer(&self, view: &mut View<'_>) -> Result<AccessPoints> {
        let region = view.world.catalogue.region(self.region_id.as_str());
        let region = region.ok_or(&codes::INVALID_REGION_ID_NOT_FOUND)?;
        let page = Page::of(Some(self.page_number), Some(self.page_size));
        let points = &region.access_points;
        let skip = usize::try_from(page.skip()).unwrap_or(usize::MAX);
        let size = usize::try_from(page.size).unwrap_or(usize::MAX);
        let rows = points.iter().skip(skip).take(size).map(|point| self.row(&region.id, point)).collect();
        Ok(AccessPoints {
            total_count: wire_count(i64::try_from(points.len()).unwrap_or(i64::MAX)),
            page_number: wire_count(page.number),
            page_size: wire_count(page.size),
            access_point_set: AccessPointSet { access_point_type: rows },
        })
    }
}

impl DescribeAccessPoints {
    fn row(&self, region: &str, point: &AccessPoint) -> AccessPointAnswer {
        let features = point
            .features
            .iter()
            .map(|(key, value)| Feature { feature_key: key.clone(), feature_value: value.clone() })
            .collect();
        AccessPointAnswer {
            access_point_id: point.id.clone(),
            name: match self.accept_language {
                Language::Chinese => point.name_zh.clone(),
                Language::English => point.name_en.clone(),
            },
            description: point.description.clone(),
            status: point.status.as_str(),
            r#type: "VPC",
            attached_region_no: region.to_owned(),
            location: point.location.clone(),
            host_operator: point.host_operator.clone(),
            access_point_feature_models: FeatureSet { access_point_feature_model: features },
        }
    }
}
