//! Declared and possible are the same set: every code that an action declares is provoked here, by the tests of the
//! rules, of the life cycle and of the parameters run once more on one thread, and by a few refusals beside them.

use crate::house::{House, Lane, Plan, Who, has_seen, keep_to_one_lane, order, text};
use crate::{parameters, rules, walk, walk_bgp, walk_interfaces, walk_letters, walk_routers};

/// Tests whose refusals count. They are run here in this order, on the store in memory.
const PROVOCATIONS: &[fn()] = &[
    rules::orders::the_quota_counts_what_is_on_its_way_and_nothing_else,
    rules::orders::the_quota_of_an_access_point_counts_what_holds_or_awaits_a_port_there,
    rules::orders::what_is_owed_blocks_new_orders_and_enabling_and_nothing_else,
    rules::orders::a_backup_is_the_callers_own_in_this_region_and_far_enough,
    rules::orders::an_order_needs_an_open_access_point_of_its_region_with_a_free_port_of_the_type,
    rules::orders::the_outbound_service_must_be_open_where_the_deployment_closes_it,
    rules::tags::labels_are_bounded_distinct_and_only_on_ones_own,
    rules::groups::labels_of_express_connect_are_bounded_and_only_on_ones_own,
    rules::groups::a_resource_moves_to_another_group_and_is_found_there,
    rules::hosted::one_account_cuts_it_out_and_the_other_takes_it,
    rules::hosted::a_stopped_one_is_brought_back_by_the_owner_of_the_circuit,
    rules::hosted::what_stands_in_the_way_of_cutting_one_out_is_said_and_leaves_nothing,
    rules::hosted::vlan_and_expectation_change_and_are_read_back,
    rules::hosted::a_router_runs_over_the_hosted_connection_of_its_owner,
    rules::hosted::a_pushed_router_becomes_a_hosted_connection,
    rules::hosted::they_are_listed_by_either_party_filtered_and_page_by_page,
    rules::hosted::a_circuit_with_a_router_is_not_given_back,
    rules::traffic::a_policy_is_made_filled_changed_and_emptied,
    rules::traffic::a_change_takes_a_moment_to_reach_the_circuits,
    rules::traffic::a_policy_holds_for_circuits_in_service_that_have_no_other,
    rules::traffic::what_a_policy_cannot_hold_is_refused_and_leaves_nothing,
    rules::traffic::another_accounts_policy_is_as_none,
    rules::traffic::policies_are_listed_filtered_and_page_by_page,
    rules::traffic::a_policy_has_so_many_parts_and_no_more,
    rules::tenants::another_tenants_circuit_answers_as_one_that_does_not_exist,
    rules::changes::a_change_is_read_back_and_an_empty_value_clears,
    rules::time::time_runs_every_deadline_in_order_at_its_own_instant,
    rules::time::a_system_clock_is_not_moved_and_a_server_is_no_sandbox,
    rules::operator::ports_are_reserved_released_broken_mended_and_taken_by_name,
    rules::operator::direct_enabling_needs_an_account_and_a_device_that_allow_it,
    rules::operator::accounts_and_their_keys_come_and_go,
    rules::letters::an_unknown_circuit_and_one_without_a_letter_are_refused,
    rules::letters::a_letter_needs_an_open_service_and_an_allocated_circuit,
    rules::documents::a_letter_that_cannot_be_made_is_refused_and_says_nothing_of_what_is_in_it,
    rules::billing::orders_are_listed_newest_first_by_what_became_of_them,
    rules::billing::a_circuit_given_back_ends_and_its_unused_time_is_paid_back,
    rules::money::a_credit_is_bounded_and_above_nought,
    rules::money::a_statement_is_paged_from_either_end_and_ones_own,
    rules::occupancy::what_stands_in_the_way_of_an_order_is_said_in_order,
    rules::occupancy::a_short_balance_voids_an_order_that_pays_itself_and_refuses_the_others,
    rules::occupancy::an_order_that_waits_ends_with_its_circuit_its_reason_or_its_time,
    rules::occupancy::enabling_without_an_order_gives_up_the_one_that_waits,
    rules::occupancy::a_setup_is_paid_before_the_review,
    rules::occupancy::a_setup_is_refused_as_a_circuit_alone_would_be,
    rules::subscription::a_circuit_renews_itself_while_the_balance_lasts,
    rules::subscription::a_price_that_is_gone_sells_nothing,
    rules::subscription::prices_are_told_before_paying,
    rules::routers::what_no_router_can_be_is_refused_and_leaves_nothing,
    rules::routers::a_router_needs_an_enabled_circuit_that_is_not_locked,
    rules::routers::a_vlan_is_one_routers_on_its_circuit,
    rules::routers::a_terminated_routers_vlan_is_kept_for_it_for_seven_days,
    rules::routers::a_router_is_stopped_brought_back_and_removed,
    rules::routers::a_circuit_under_routers_is_neither_ended_nor_removed,
    rules::routers::a_circuit_and_an_account_have_their_full_number_of_routers,
    rules::router_changes::a_change_that_no_router_can_take_is_refused,
    rules::router_changes::a_rate_limit_is_one_of_those_offered,
    rules::router_changes::a_router_is_put_on_further_circuits_and_taken_off_again,
    rules::router_changes::an_association_that_cannot_be_is_refused,
    rules::router_changes::a_router_has_its_full_number_of_further_circuits,
    rules::router_lists::a_circuits_owner_is_shown_every_router_on_it,
    rules::router_owners::what_only_the_routers_owner_may_choose_is_left_to_it,
    rules::router_owners::stopping_is_the_circuit_owners_and_removing_the_routers_owners,
    rules::router_owners::another_tenant_sees_and_reaches_no_router,
    rules::vpcs::a_vpc_comes_with_a_router_and_a_route_table_and_goes_with_them,
    rules::vpcs::a_prefix_is_an_allowed_one_and_nothing_is_left_of_a_refusal,
    rules::vpcs::vpcs_are_listed_by_what_is_asked_and_page_by_page,
    rules::vpcs::another_tenants_vpc_answers_as_one_that_does_not_exist,
    rules::vpcs::a_region_holds_so_many_vpcs_of_an_account,
    rules::vpcs::a_token_makes_one_vpc_and_a_dry_run_none,
    rules::vpcs::route_tables_are_found_by_router_and_by_id,
    rules::interfaces::an_end_is_made_idle_and_read_back_with_nothing_invented,
    rules::interfaces::an_end_must_fit_its_router_and_its_role,
    rules::interfaces::a_router_has_five_interfaces_and_keeps_its_network_until_they_are_gone,
    rules::interfaces::two_ends_that_name_each_other_connect_whoever_and_wherever_they_are,
    rules::interfaces::ends_that_do_not_agree_are_not_connected,
    rules::interfaces::two_regions_and_two_roles_must_be_as_each_end_says,
    rules::interfaces::two_routers_have_one_connection,
    rules::interfaces::what_is_owed_blocks_new_interfaces_and_connections,
    rules::interfaces::a_fast_link_makes_and_connects_both_ends_and_goes_as_one,
    rules::interfaces::a_connection_with_another_account_goes_from_each_side_alone,
    rules::interface_changes::a_change_is_read_back_and_the_other_end_stays_once_connected,
    rules::interface_changes::a_size_is_in_force_at_once_and_an_active_end_passes_through_activating,
    rules::interface_changes::interfaces_are_listed_by_what_is_asked_and_page_by_page,
    rules::interface_changes::an_end_over_a_circuit_comes_into_service_only_while_the_service_is_open,
    rules::interface_changes::labels_and_tokens_of_interfaces_are_their_owners,
    rules::routes::a_route_is_pending_for_a_moment_and_read_back,
    rules::routes::a_destination_is_a_prefix_that_the_table_may_have_once,
    rules::routes::a_next_hop_is_an_interface_of_the_tables_router,
    rules::routes::a_border_routers_route_needs_it_active_and_its_circuit_paid,
    rules::routes::a_further_circuit_stays_while_a_route_leads_over_it,
    rules::routes::several_next_hops_lead_to_border_routers,
    rules::routes::a_route_is_removed_by_its_id_or_by_what_it_is,
    rules::routes::what_routes_lead_to_stays_until_they_are_gone_or_goes_with_force,
    rules::routes::a_table_holds_so_many_routes_and_lists_them_page_by_page,
    rules::routes::a_route_over_a_circuit_needs_the_open_service_and_a_token_makes_one,
    walk_interfaces::every_trigger_on_every_interface_by_everyone_does_what_the_table_says,
    rules::bgp::a_group_is_made_and_read_back_with_nothing_invented,
    rules::bgp::what_no_group_can_be_is_refused_and_leaves_nothing,
    rules::bgp::a_key_is_sealed_and_shown_to_its_owner_alone,
    rules::bgp::a_router_has_its_full_number_of_groups,
    rules::bgp::bgp_is_put_on_a_router_in_service_and_stays_when_it_is_stopped,
    rules::bgp::a_router_is_not_removed_under_its_bgp,
    rules::bgp::a_closed_service_lets_no_bgp_be_put_on_a_router,
    rules::bgp::another_tenant_sees_and_reaches_no_bgp,
    rules::bgp_peers::a_peer_has_its_groups_settings_and_its_routers_far_end,
    rules::bgp_peers::a_peers_address_is_one_that_it_can_have_and_its_routers_alone,
    rules::bgp_peers::with_several_links_a_peer_must_be_pointed_out,
    rules::bgp_peers::detection_has_hops_and_hops_need_detection,
    rules::bgp_peers::a_peer_moves_between_groups_of_its_router,
    rules::bgp_peers::a_router_and_an_account_have_their_full_number_of_peers,
    rules::bgp_peers::a_network_is_announced_once_from_its_router,
    rules::bgp_peers::networks_end_at_once_and_a_token_is_judged_by_what_is_announced,
    rules::bgp_peers::a_router_announces_its_full_number_of_networks,
    rules::failover::a_pair_is_made_read_back_and_dissolved,
    rules::failover::a_pair_is_of_two_free_routers_in_service,
    rules::failover::a_grant_is_given_shown_at_once_and_taken_back,
    rules::failover::only_ones_own_is_granted_and_so_often,
    rules::failover::a_grants_token_is_judged_by_what_is_granted,
    rules::failover_jobs::a_job_waits_is_changed_started_and_ends_by_itself,
    rules::failover_jobs::sessions_under_a_test_are_down_until_it_stops,
    rules::failover_jobs::only_ones_own_in_service_is_tested_and_by_one_job_at_a_time,
    rules::failover_jobs::every_trigger_on_every_job_by_everyone_does_what_the_table_says,
    rules::failover_jobs::jobs_are_listed_by_what_is_asked_and_token_by_token,
    rules::failover_jobs::an_account_has_its_full_number_of_jobs,
    walk_bgp::every_trigger_on_all_bgp_by_everyone_does_what_the_tables_say,
    walk::every_trigger_in_every_status_by_everyone_does_what_the_table_says,
    walk_letters::every_trigger_on_every_letter_by_everyone_does_what_the_table_says,
    walk_routers::every_trigger_on_every_router_by_everyone_does_what_the_table_says,
];

#[test]
fn every_declared_code_can_happen() {
    keep_to_one_lane();
    for provoke in PROVOCATIONS {
        provoke();
    }
    parameters::try_every_parameter();
    parameters::unknown_regions(&mut Plan::quiet(Lane::Memory).build());
    unknown_circuits(&mut Plan::quiet(Lane::Memory).build());
    closed_service(&mut Plan { outbound_service_open: false, ..Plan::quiet(Lane::Memory) }.build());
    let mut never = Vec::new();
    for entry in connect::ACTIONS {
        for code in entry.errors() {
            if !has_seen(entry.name(), code) {
                never.push(format!("{}: {} {}", entry.name(), code.status, code.name));
            }
        }
    }
    assert!(never.is_empty(), "declared and never seen:\n{}", never.join("\n"));
}

fn unknown_circuits(house: &mut House) {
    for entry in connect::ACTIONS {
        if entry.fields.iter().any(|field| field.name == "PhysicalConnectionId" && field.required) {
            for id in ["pc-unknown", "vbr-unknown", "unknown"] {
                let pairs = crate::house::trigger_pairs(entry.name(), id);
                let pairs: Vec<_> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
                house.refused(crate::walk::rightful(entry.about.actor), entry.name(), &pairs);
            }
        }
    }
}

fn closed_service(house: &mut House) {
    // The service never closes again, so the circuit has to be ordered where it was open and confirmed where not.
    let east = [("RegionId", "east")];
    house.ok(Who::Tenant, "OpenPhysicalConnectionService", &east);
    let made = house.ok(Who::Tenant, "CreatePhysicalConnection", &order(&[]));
    let id = text(&made, "PhysicalConnectionId");
    let enabled = rules::routers::circuit(house);
    let router = rules::routers::router(house, &enabled, &[]);
    rules::routers::on(house, Who::Tenant, "TerminateVirtualBorderRouter", &router, &[]).unwrap();
    house.advance(1);
    let closed =
        |tx: &mut dyn store::Tx| Ok::<_, store::Abort<()>>(tx.exec("delete from outbound_service", &[])?);
    assert_eq!(house.store.write_blocking(closed).unwrap(), 1);
    let pairs = [("RegionId", "east"), ("PhysicalConnectionId", id.as_str())];
    let refusal = house.refused(Who::Tenant, "ConfirmPhysicalConnection", &pairs);
    assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400));
    let refusal = rules::routers::refused(house, Who::Tenant, "RecoverVirtualBorderRouter", &router, &[]);
    assert_eq!(refusal.is(), ("OperationFailed.PconnTrafficNotEnable", 400));
}
