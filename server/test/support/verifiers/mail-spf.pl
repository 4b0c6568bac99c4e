# Judges SPF with Mail::SPF, without DNS: the same input and output as pyspf.py.
use strict;
use warnings;
use JSON::PP;
use Mail::SPF;
use Net::DNS;

package Resolver;
our $zone;
sub new { return bless { error => '' }, shift }
sub errorstring { return $_[0]{error} }

sub send {
  my ($self, $name, $type) = @_;
  $name = lc $name;
  $name =~ s/\.$//;
  my $packet = Net::DNS::Packet->new($name, $type);
  my $records = $zone->{$name};
  $packet->header->qr(1);
  $packet->header->rcode($records ? 'NOERROR' : 'NXDOMAIN');
  $self->{error} = $records ? 'NOERROR' : 'NXDOMAIN';
  for my $data (@{ $records->{$type} || [] }) {
    my $record =
        $type eq 'TXT' ? Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [split_text($data)])
      : $type eq 'MX'  ? Net::DNS::RR->new(owner => $name, type => 'MX', preference => $data->[0], exchange => $data->[1])
      : $type eq 'PTR' ? Net::DNS::RR->new(owner => $name, type => 'PTR', ptrdname => $data)
      :                  Net::DNS::RR->new(owner => $name, type => $type, address => $data);
    $packet->push(answer => $record);
  }
  return $packet;
}

# Character-strings in presentation format (RFC 1035 section 5.1), which is what Net::DNS takes.
sub split_text {
  my @parts = $_[0] =~ /(.{1,255})/gs;
  s/([\\"]|[^\x20-\x7e])/sprintf '\\%03d', ord $1/ge for @parts;
  return @parts ? @parts : ('');
}

package main;
$| = 1;
my $server = Mail::SPF::Server->new(dns_resolver => Resolver->new);
while (my $line = <STDIN>) {
  my $case = decode_json($line);
  $Resolver::zone = $case->{zone};
  my @results = map {
    my $ip = $_;
    my $code = eval {
      my $request = Mail::SPF::Request->new(
        versions => [1], scope => 'mfrom', identity => "bounce\@$case->{domain}",
        ip_address => $ip, helo_identity => 'mail.sender.example');
      $server->process($request)->code;
    };
    defined $code ? $code : "error $@";
  } @{ $case->{senders} };
  print encode_json(\@results), "\n";
}
