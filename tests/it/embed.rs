//! The example for embedders runs.

#[path = "../../examples/embed.rs"]
mod example;

#[test]
fn the_example_runs() {
    example::main().expect("the example runs");
}
