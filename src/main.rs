//! The app: the screens of Subscription Desk as a whole page.

fn main() {
    subscription_desk::start();
}
